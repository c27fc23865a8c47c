import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Server } from 'socket.io';

export interface ProbeService extends AsyncDisposable {
  readonly baseURL: string;
}

const MOST_BYTES = 10_000_000;

/** A service on loopback that answers at once, so that all delays in the page come from the condition. */
export async function startProbeService(): Promise<ProbeService> {
  const script = readFileSync(fileURLToPath(import.meta.resolve('./page.mjs')));
  const server = createServer((request, response) => answer(request, response, script));
  const sockets = new Server(server, { transports: ['websocket'], maxHttpBufferSize: MOST_BYTES });
  sockets.on('connection', (socket) => {
    socket.on('echo', (value) => socket.emit('echo', value));
    socket.on('send', (bytes) => socket.emit('sent', 'x'.repeat(Math.min(Number(bytes), MOST_BYTES))));
    socket.on('count', (text) => socket.emit('counted', String(text).length));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await sockets.close();
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, script: Buffer): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://probe');
  switch (pathname) {
    case '/':
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>probe</title>');
      break;
    case '/probe.js':
      response.setHeader('content-type', 'text/javascript').end(script);
      break;
    case '/blob':
      response.end(Buffer.alloc(Math.min(Number(searchParams.get('bytes')), MOST_BYTES)));
      break;
    case '/upload':
      request.resume().once('end', () => response.end('received'));
      break;
    case '/small':
      response.end('small');
      break;
    default:
      response.writeHead(404).end();
  }
}
