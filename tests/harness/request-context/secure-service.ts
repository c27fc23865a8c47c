import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { Server } from 'socket.io';
import { answering } from '../meetings/room-service.ts';
import type { Authority } from './certificates.ts';

/** A name without an address: only a client with another route reaches the service. */
export const NAME = 'meet.test';
export const BASE = '/meet';

export interface SecureService extends AsyncDisposable {
  readonly port: number;
  /** The address on which it listens. */
  readonly upstream: string;
  /** Its URL with a host name and its base path. */
  url(name?: string): string;
  /** The server name (SNI), the Host header and the path of each request and each upgrade. */
  readonly seen: readonly { readonly sni: string; readonly host: string; readonly path: string }[];
  /** Connections whose TLS handshake was complete. */
  readonly handshakes: () => number;
}

const PAGE = `<!doctype html><title>waiting</title><script type="module">
  const { origin, host, pathname } = location;
  const path = pathname.replace(/\\/$/, '');
  const answer = await (await fetch(origin + path + '/health', { cache: 'no-store' })).json();
  const socket = new WebSocket('wss://' + host + path + '/socket.io/?EIO=4&transport=websocket');
  socket.onmessage = ({ data }) => { document.title = answer.status + ', ' + data.slice(0, 1); };
  socket.onclose = () => { document.title = 'socket closed'; };
</script>`;

/**
 * A small meetings service behind TLS, below a base path, for some names only: other names have no certificate, and another
 * Host header gets the status 421.
 */
export async function secureService(
  authority: Authority,
  {
    names = [NAME, 'localhost'],
    certified = names,
    ...options
  }: {
    names?: readonly string[];
    /** The names in the certificate. */
    certified?: readonly string[];
    notAfterDate?: Date;
  } = {},
): Promise<SecureService> {
  const certificate = await authority.certificate(certified, options);
  const seen: { sni: string; host: string; path: string }[] = [];
  let handshakes = 0;
  const note = (request: IncomingMessage): boolean => {
    const { servername } = request.socket as TLSSocket;
    const { host = '' } = request.headers;
    const [path = ''] = (request.url ?? '').split('?');
    seen.push({ sni: servername || '', host, path });
    return names.some((name) => host === `${name}:${port}`);
  };
  const http = createServer({
    ...certificate,
    SNICallback(name, done) {
      if (names.includes(name)) done(null, createSecureContext(certificate));
      else done(new Error(`no certificate for ${name}`));
    },
  });
  http.on('secureConnection', () => {
    handshakes += 1;
  });
  http.on('tlsClientError', () => undefined); // some tests have clients that do not trust the service
  http.on('request', (request, response) => {
    if (request.url?.startsWith(`${BASE}/socket.io`)) return;
    if (note(request)) answer(request, response);
    else response.writeHead(421).end();
  });
  const io = new Server(http, {
    path: `${BASE}/socket.io`,
    allowRequest: (request, decide) => decide(null, note(request)),
  });
  io.on('connection', answering);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    port,
    upstream: `https://127.0.0.1:${port}`,
    url: (name = NAME) => `https://${name}:${port}${BASE}`,
    seen,
    handshakes: () => handshakes,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await io.close();
    },
  };
}

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  if (url === `${BASE}/health`) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'ok', service: 'secure' }));
  } else if (url === `${BASE}/`) {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  } else {
    response.writeHead(404).end();
  }
}
