import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface PassingOn extends AsyncDisposable {
  readonly url: string;
}

interface Changes {
  /** Whether it has answered the request itself. */
  readonly answers?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** What the service sends over a WebSocket, as it is to arrive. */
  readonly frames?: (fromService: Duplex) => Duplex;
}

/** A service like the one at `upstream`: everything is passed on, but for what is changed. */
export async function passingOn(upstream: string, { answers, frames }: Changes): Promise<PassingOn> {
  const { hostname, port } = new URL(upstream);
  const server = createServer((incoming, outgoing) => {
    if (answers?.(incoming, outgoing)) return;
    const { method, url: path, headers } = incoming;
    const onwards = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on('error', () => outgoing.destroy());
    incoming.pipe(onwards);
  });
  server.on('upgrade', ({ method, url, rawHeaders }, socket, head) => {
    const onwards = connect(Number(port), hostname, () => {
      const headers = Array.from(
        { length: rawHeaders.length / 2 },
        (_, index) => `${rawHeaders[2 * index]}: ${rawHeaders[2 * index + 1]}`,
      );
      onwards.write(`${[`${method} ${url} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`);
      onwards.write(head);
      socket.pipe(onwards);
      (frames?.(onwards) ?? onwards).pipe(socket);
    });
    for (const one of [onwards, socket])
      one.on('error', () => [onwards, socket].map((each) => each.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
