import { decodePacket, decodePayload, type Packet as EnginePacket } from 'engine.io-parser';
import { Decoder, type Packet, PacketType } from 'socket.io-parser';
import type { Frame, HarEntry } from './read-har.ts';

/** One packet of Socket.IO. */
export interface Message {
  readonly atMs: number;
  readonly isSent: boolean;
  readonly packet: Packet;
}

/** One connection of Socket.IO, over whatever transports it went. */
export interface Connection {
  /** Where it was opened. */
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly transports: ReadonlySet<string>;
  readonly messages: readonly Message[];
  /** When the last message went over it, pings included. */
  readonly endMs: number;
}

interface Piece {
  readonly atMs: number;
  readonly isSent: boolean;
  readonly packet: EnginePacket;
}

/** Whether it belongs to Socket.IO: a WebSocket or a request of its long polling. */
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
  const open = pieces.find(({ packet }) => packet.type === 'open')?.packet.data;
  if (typeof open !== 'string') return undefined;
  try {
    return (JSON.parse(open) as { sid?: string }).sid;
  } catch {
    return undefined;
  }
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

export { PacketType };
