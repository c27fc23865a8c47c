import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface PassingOn extends AsyncDisposable {
  readonly url: string;
}

interface Changes {
  /** Answers a request. @returns whether it did; the proxy forwards all other requests */
  readonly answers?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** Changes the WebSocket stream from the service. */
  readonly frames?: (fromService: Duplex) => Duplex;
  /** Uses TLS with this certificate. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** The base path of the service. Other paths get 404. */
  readonly base?: string;
}

/** A proxy of the service at `upstream`, with these changes. */
export async function passingOn(
  upstream: string,
  { answers, frames, certificate, base = '' }: Changes,
): Promise<PassingOn> {
  const { hostname, port } = new URL(upstream);
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (answers?.(incoming, outgoing)) return;
    const { method, url = '', headers } = incoming;
    if (!url.startsWith(`${base}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const path = url.slice(base.length);
    const onwards = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on('error', () => outgoing.destroy());
    incoming.pipe(onwards);
  };
  const server = certificate ? createSecureServer(certificate, handle) : createServer(handle);
  server.on('upgrade', ({ method, url = '', rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = url.slice(base.length);
    const onwards = connect(Number(port), hostname, () => {
      const headers = Array.from(
        { length: rawHeaders.length / 2 },
        (_, index) => `${rawHeaders[2 * index]}: ${rawHeaders[2 * index + 1]}`,
      );
      onwards.write(`${[`${method} ${path} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`);
      onwards.write(head);
      socket.pipe(onwards);
      (frames?.(onwards) ?? onwards).pipe(socket);
    });
    for (const one of [onwards, socket])
      one.on('error', () => [onwards, socket].map((each) => each.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = (server.address() as AddressInfo).port;
  return {
    url: certificate ? `https://localhost:${at}${base}` : `http://127.0.0.1:${at}${base}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
