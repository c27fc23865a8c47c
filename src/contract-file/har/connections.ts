import { decodePacket, decodePayload, type Packet as EnginePacket } from 'engine.io-parser';
import { Decoder, type Packet, PacketType } from 'socket.io-parser';
import { isObject, parsedJson } from '../shape.ts';
import type { Frame, HarEntry } from './read-har.ts';

export interface Message {
  readonly atMs: number;
  readonly isSent: boolean;
  readonly packet: Packet;
}

/** One connection of Socket.IO, over any transports. */
export interface Connection {
  /** The address at which it was opened. */
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly transports: ReadonlySet<string>;
  readonly messages: readonly Message[];
  /** The time of its last message, including pings. */
  readonly endMs: number;
}

interface Piece {
  readonly atMs: number;
  readonly isSent: boolean;
  readonly packet: EnginePacket;
}

/** Whether an entry belongs to Socket.IO: a WebSocket, or a request of its long polling. */
export function isEngineIo({ url }: HarEntry): boolean {
  return url.searchParams.has('EIO') && url.searchParams.has('transport');
}

/** The connections of Socket.IO in a recording, in the order in which they were opened. */
export function connectionsIn(entries: readonly HarEntry[]): Connection[] {
  const bySession = new Map<string, { entries: HarEntry[]; pieces: Piece[] }>();
  for (const entry of entries.filter(isEngineIo)) {
    const pieces = entry.isSocket ? (entry.frames ?? []).map(frameOf) : polledOf(entry);
    const session = entry.url.searchParams.get('sid') ?? sessionIn(pieces) ?? `unnamed ${bySession.size}`;
    const known = bySession.get(session) ?? { entries: [], pieces: [] };
    known.entries.push(entry);
    known.pieces.push(...pieces);
    bySession.set(session, known);
  }
  return [...bySession.values()].map(({ entries: [first, ...more], pieces }) => {
    const inOrder = pieces.sort((one, other) => one.atMs - other.atMs);
    return {
      url: first!.url,
      headers: first!.headers,
      cookies: first!.cookies,
      transports: new Set([first!, ...more].map(({ url }) => url.searchParams.get('transport')!)),
      messages: messagesOf(inOrder),
      endMs: inOrder.at(-1)?.atMs ?? first!.endMs,
    };
  });
}

function frameOf({ atMs, isSent, data }: Frame): Piece {
  return { atMs, isSent, packet: decodePacket(data, 'nodebuffer') };
}

function polledOf({ method, requestText, answerText, startMs, endMs }: HarEntry): Piece[] {
  const sent = method === 'POST' && requestText ? decodePayload(requestText, 'nodebuffer') : [];
  const received = method === 'GET' && answerText ? decodePayload(answerText, 'nodebuffer') : [];
  return [
    ...sent.map((packet) => ({ atMs: startMs, isSent: true, packet })),
    ...received.map((packet) => ({ atMs: endMs, isSent: false, packet })),
  ];
}

function sessionIn(pieces: readonly Piece[]): string | undefined {
  const open = parsedJson(pieces.find(({ packet }) => packet.type === 'open')?.packet.data);
  return isObject(open) && typeof open.sid === 'string' ? open.sid : undefined;
}

function messagesOf(pieces: readonly Piece[]): Message[] {
  const messages: Message[] = [];
  const decoders = [true, false].map((isSent) => {
    const decoder = new Decoder();
    let atMs = 0;
    decoder.on('decoded', (packet) => messages.push({ atMs, isSent, packet }));
    return (piece: Piece) => {
      atMs = piece.atMs;
      try {
        decoder.add(piece.packet.data);
      } catch {
        // The recording began in the middle of a message, or this is not Socket.IO.
      }
    };
  });
  for (const piece of pieces) if (piece.packet.type === 'message') decoders[piece.isSent ? 0 : 1]!(piece);
  return messages;
}

/** An event or message, with its acknowledgement if there is one. */
export interface SocketMessage {
  readonly atMs: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly isBinary: boolean;
  /** The values of the acknowledgement; undefined without one. */
  readonly ack: readonly unknown[] | undefined;
  readonly connection: Connection;
}

/** The messages that the client sent, or those that it received. */
export function messagesIn(connection: Connection, isSent: boolean): SocketMessage[] {
  const isEvent = (type: PacketType) => type === PacketType.EVENT || type === PacketType.BINARY_EVENT;
  const isAck = (type: PacketType) => type === PacketType.ACK || type === PacketType.BINARY_ACK;
  const acks = connection.messages.filter((one) => one.isSent !== isSent && isAck(one.packet.type));
  return connection.messages.flatMap((message): SocketMessage[] => {
    const { packet } = message;
    if (message.isSent !== isSent || !isEvent(packet.type)) return [];
    const [name, ...args] = packet.data as [unknown, ...unknown[]];
    const ack = acks.find(
      (one) => packet.id !== undefined && one.packet.id === packet.id && one.packet.nsp === packet.nsp,
    );
    return [
      {
        atMs: message.atMs,
        name: String(name),
        args,
        isBinary: hasBytes(args),
        ack: ack?.packet.data as readonly unknown[] | undefined,
        connection,
      },
    ];
  });
}

function hasBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ArrayBuffer.isView(value) || Object.values(value).some(hasBytes);
}
