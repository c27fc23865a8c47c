import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A call as `/echo` received it. */
export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface EchoService {
  readonly baseURL: string;
  readonly port: number;
  /** Calls that reached the service, in order. */
  readonly calls: string[];
  /** Connections that were opened, in order. */
  readonly connections: Socket[];
  /** Answers all waiting and later calls to `/later`. */
  answerLater(): void;
  /** Resolves when a call to `path` has arrived; `/silent` never answers it. */
  arrived(path: string): Promise<void>;
  close(): Promise<void>;
}

const LARGE = Buffer.alloc(5 * 1024 * 1024, 'meetings ');

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

const answers: Record<string, Answer> = {
  '/echo': async (request, response) => {
    const seen = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: await text(request),
    };
    json(response, seen);
  },
  '/status': (_request, response, url) => {
    response.writeHead(Number(url.searchParams.get('code')), { 'content-type': 'text/plain' });
    response.end('said by the service');
  },
  '/empty': (_request, response) => {
    response.writeHead(204);
    response.end();
  },
  '/large': (_request, response) => {
    response.writeHead(200, { 'content-length': LARGE.length });
    response.end(LARGE);
  },
  '/count': async (request, response) => json(response, { length: (await text(request)).length }),
  '/chunked': (_request, response) => {
    response.write('one ');
    response.write('two ');
    response.end('three');
  },
  '/gzip': (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
    response.end(gzipSync('{"packed":true}'));
  },
  // 1 MB of gzip members that decompress to 10 MB each.
  '/bomb': (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
    response.end(Buffer.concat(new Array(100).fill(gzipSync(Buffer.alloc(10_000_000)))));
  },
  '/just-fits': (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(10_000_000)));
  },
  '/too-large': (_request, response) => {
    response.end(Buffer.alloc(10_000_001));
  },
  '/endless': (_request, response) => {
    const piece = Buffer.alloc(64 * 1024, 'meetings ');
    const write = (): void => {
      while (!response.destroyed) if (!response.write(piece)) return;
    };
    response.on('drain', write);
    write();
  },
  '/headers': (_request, response) => {
    response.writeHead(
      200,
      [
        ['X-Room', 'blue'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Two', '1'],
        ['X-Two', '2'],
      ].flat(),
    );
    response.end();
  },
  '/sign-in': (_request, response, url) => {
    response.writeHead(200, { 'set-cookie': url.searchParams.get('cookie') ?? '' });
    response.end();
  },
  '/html': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>sorry</title>');
  },
  '/redirect': (_request, response, url) => {
    response.writeHead(Number(url.searchParams.get('code') ?? 302), {
      location: url.searchParams.get('to') ?? '',
    });
    response.end();
  },
  '/loop': (_request, response) => {
    response.writeHead(302, { location: '/loop' });
    response.end();
  },
  '/silent': () => undefined,
  '/half': (_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('only this');
  },
  '/reset': (request) => request.socket.resetAndDestroy(),
  '/reset-in-body': (request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('only this', () => request.socket.resetAndDestroy());
  },
  '/close': (request) => request.socket.destroy(),
  '/close-in-body': (request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('only this', () => request.socket.end());
  },
  '/not-http': (request) => request.socket.end('this is not HTTP\r\n\r\n'),
};

/** A real server on 127.0.0.1 that shows callers what they sent, and misbehaves on demand. */
export async function startEchoService(wantedPort = 0): Promise<EchoService> {
  const calls: string[] = [];
  const connections: Socket[] = [];
  const waiting = new Map<string, () => void>();
  let answerLater: () => void = () => undefined;
  const later = new Promise<void>((resolve) => {
    answerLater = resolve;
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://service');
    calls.push(`${request.method} ${request.url}`);
    waiting.get(url.pathname)?.();
    if (url.pathname === '/later') {
      void later.then(() => response.end('later'));
      return;
    }
    const answer = answers[url.pathname];
    if (answer) void Promise.resolve(answer(request, response, url));
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>');
  });
  server.on('connection', (socket) => connections.push(socket));
  server.listen(wantedPort, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}`,
    port,
    calls,
    connections,
    answerLater: () => answerLater(),
    arrived: (path) => new Promise((resolve) => waiting.set(path, resolve)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port of 127.0.0.1 without a listener. */
export async function deadPort(): Promise<number> {
  const server = await startEchoService();
  await server.close();
  return server.port;
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
