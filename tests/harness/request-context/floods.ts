import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
/** The size of an endless answer in these tests, in bytes. */
const FLOOD = 300_000_000;

interface Flood {
  readonly head: string;
  /** Sent repeatedly; without it, the answer is only the head. */
  readonly again?: string;
}

/** Endless answers, by the path of the request. */
const floods: Readonly<Record<string, Flood>> = {
  '/length': { head: `${OK}content-length: 1000000000\r\n\r\n`, again: 'x'.repeat(65_536) },
  '/until-the-end': { head: `${OK}\r\n`, again: 'x'.repeat(65_536) },
  '/chunks': { head: CHUNKED, again: `10000\r\n${'x'.repeat(65_536)}\r\n` },
  '/chunks-of-one-byte': { head: CHUNKED, again: '1\r\nx\r\n'.repeat(10_000) },
  '/extensions': { head: CHUNKED, again: `1;${'e'.repeat(65_536)}` },
  '/trailers': { head: `${CHUNKED}0\r\n`, again: 'a: b\r\n'.repeat(10_000) },
  '/status-line': { head: 'HTTP/1.1 200 ', again: 'O'.repeat(65_536) },
  '/one-header': { head: `${OK}a: `, again: 'b'.repeat(65_536) },
  '/headers': { head: OK, again: 'a: b\r\n'.repeat(10_000) },
  '/interim': { head: '', again: 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(2000) },
  '/redirects': { head: `HTTP/1.1 302 Found\r\nlocation: /redirects\r\ncontent-length: 0\r\n\r\n` },
  '/no-http': { head: '', again: 'x'.repeat(65_536) },
  '/no-http-with-a-start': { head: 'HTTP/', again: 'x'.repeat(65_536) },
};

/** Sends one of the floods to each request, or a gzip bomb to `/bomb`. */
export async function floodingService() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (request) => {
      const path = request.toString('latin1').split(' ')[1]!;
      if (path === '/bomb') void sendBomb(socket);
      else void send(socket, floods[path] ?? { head: `${OK}content-length: 2\r\n\r\nok` });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Ends when the client closes. */
async function send(socket: Socket, flood: Flood): Promise<void> {
  if (flood.again === undefined) socket.write(flood.head);
  else await pipeline(Readable.from(parts(flood)), socket).catch(() => undefined);
}

function* parts({ head, again = '' }: Flood): Generator<Buffer> {
  if (head !== '') yield Buffer.from(head, 'latin1');
  const part = Buffer.from(again, 'latin1');
  for (let sent = 0; sent < FLOOD; sent += part.length) yield part;
}

function* zeros(): Generator<Buffer> {
  const part = Buffer.alloc(1_000_000);
  for (let sent = 0; sent < FLOOD; sent += part.length) yield part;
}

async function sendBomb(socket: Socket): Promise<void> {
  socket.write(`${OK}content-encoding: gzip\r\nconnection: close\r\n\r\n`);
  await pipeline(Readable.from(zeros()), createGzip(), socket).catch(() => undefined);
}
