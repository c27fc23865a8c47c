import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { deflateRawSync } from 'node:zlib';

/** The size of an endless message in these tests, in bytes. Fewer pings suffice, because each is answered. */
const FLOOD = 300_000_000;
const PINGS = 5_000_000;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

interface Flood {
  readonly start?: Buffer;
  readonly again: Buffer;
  /** The service announces compression. */
  readonly packs?: boolean;
  /** The flood comes before the handshake of Socket.IO is complete. */
  readonly early?: boolean;
  /** The service no longer reads. */
  readonly deaf?: boolean;
}

/** A frame of a service. `first` is its first byte, with the opcode. */
function frame(first: number, payload: Buffer | string, length?: number): Buffer {
  const bytes = Buffer.from(payload as string);
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length ?? bytes.length), 2);
  return Buffer.concat([head, bytes]);
}

function times(count: number, part: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => part));
}

const [TEXT, BINARY, BEGINS, GOES_ON, PACKED, PING] = [0x81, 0x82, 0x01, 0x00, 0xc1, 0x89];
const LARGE = Buffer.alloc(65_536, 'x');
const ping = Buffer.from([PING, 0]);

/** The endless data that a service may send over a WebSocket, by name. */
const socketFloods: Readonly<Record<string, Flood>> = {
  'one frame': { start: frame(TEXT, '42["', 1_000_000_000), again: LARGE },
  'one message in many frames': { start: frame(BEGINS, '42["'), again: frame(GOES_ON, LARGE) },
  'one message in frames of a byte': {
    start: frame(BEGINS, '42["'),
    again: times(10_000, frame(GOES_ON, 'x')),
  },
  'one message in empty frames': { start: frame(BEGINS, '42["'), again: times(10_000, frame(GOES_ON, '')) },
  attachments: { start: frame(TEXT, '45100000-["a"]'), again: frame(BINARY, LARGE) },
  'a packed message that unpacks to more': {
    again: frame(PACKED, deflateRawSync(Buffer.alloc(FLOOD))),
    packs: true,
  },
  'compressed messages that arrive faster than they are unpacked': {
    again: times(
      10,
      frame(PACKED, deflateRawSync(Buffer.from(`42["a","${randomBytes(30_000).toString('hex')}"]`))),
    ),
    packs: true,
  },
  'messages before the handshake': {
    again: times(10, frame(TEXT, `42["a",${JSON.stringify('y'.repeat(6000))}]`)),
    early: true,
  },
  'pings whose answers the service does not read': { again: times(30_000, ping), deaf: true },
  'Engine.IO pings whose answers the service does not read': {
    again: times(20_000, Buffer.from([TEXT, 1, 50])),
    deaf: true,
  },
  'the head of its answer': { again: Buffer.from('a: b\r\n'.repeat(10_000)) },
};

/** A Socket.IO service that sends one of the floods, over WebSocket. */
export async function floodingSockets(name: string) {
  const flood = socketFloods[name]!;
  const sockets = new Set<Duplex>();
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const accept = createHash('sha1')
      .update(request.headers['sec-websocket-key'] + GUID)
      .digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n');
    if (name === 'the head of its answer') {
      void send(socket, flood);
      return;
    }
    const extensions = flood.packs
      ? 'sec-websocket-extensions: permessage-deflate; server_no_context_takeover\r\n'
      : '';
    socket.write(`${extensions}sec-websocket-accept: ${accept}\r\n\r\n`);
    socket.write(frame(TEXT, '0{"sid":"a","upgrades":[],"pingInterval":60000,"pingTimeout":60000}'));
    socket.once('data', () => {
      if (!flood.early) socket.write(frame(TEXT, '40{"sid":"b"}'));
      if (flood.deaf) socket.pause();
      else socket.resume();
      void send(socket, flood);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Sends the flood until the client closes the connection. */
async function send(socket: Duplex, flood: Flood): Promise<void> {
  await pipeline(Readable.from(parts(flood)), socket).catch(() => undefined);
}

function* parts({ start, again, deaf }: Flood): Generator<Buffer> {
  if (start) yield start;
  const most = deaf ? PINGS : FLOOD;
  for (let sent = 0; sent < most; sent += again.length) yield again;
}
