import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { deferred } from '../kernel/deferred.ts';
import { endpointOf } from '../kernel/reach.ts';
import { serviceTls } from '../kernel/trust.ts';
import { causeOfError } from '../request-context/failure.ts';
import { keepAliveSeconds } from '../request-context/idle-connections.ts';

/** Nobody waits longer for the service to close. */
const IDLE_WATCHED_MS = 6000;

/** What became of a connection that was left idle after one answer. */
export type IdleConnection =
  /** The service says how long it keeps one, in its `Keep-Alive` header. */
  | { readonly kind: 'announced'; readonly seconds: number }
  | { readonly kind: 'closed'; readonly afterMs: number }
  | { readonly kind: 'open'; readonly watchedMs: number }
  | { readonly kind: 'not kept'; readonly header: string }
  | { readonly kind: 'no answer'; readonly cause: string };

/** Asks once over a connection of its own, then leaves it idle. Never rejects. */
export async function watchIdleConnection(
  serviceUrl: string,
  { health = '/health', watchedMs = IDLE_WATCHED_MS }: { health?: string; watchedMs?: number } = {},
): Promise<IdleConnection> {
  const { protocol, host, pathname } = new URL(serviceUrl);
  const at = endpointOf(serviceUrl);
  const socket: Socket =
    protocol === 'https:'
      ? connectTls({ ...at, ...serviceTls(), ...(isIP(at.host) ? {} : { servername: at.host }) })
      : connect(at);
  const { promise, resolve } = deferred<IdleConnection>();
  let text = '';
  let answeredAt: number | undefined;
  let patience = setTimeout(() => resolve({ kind: 'no answer', cause: 'no answer in time' }), watchedMs);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (answeredAt !== undefined || !isWhole(text)) return;
    answeredAt = performance.now();
    const headers = text.slice(0, text.indexOf('\r\n\r\n'));
    const seconds = keepAliveSeconds(/^keep-alive:(.*)$/im.exec(headers)?.[1]);
    const [, connection = ''] = /^connection:\s*(.*)$/im.exec(headers) ?? [];
    if (/close/i.test(connection)) resolve({ kind: 'not kept', header: `connection: ${connection}` });
    else if (seconds !== null) resolve({ kind: 'announced', seconds });
    clearTimeout(patience);
    patience = setTimeout(() => resolve({ kind: 'open', watchedMs }), watchedMs);
  });
  socket.on('error', (error) => {
    if (answeredAt === undefined) resolve({ kind: 'no answer', cause: causeOfError(error) });
  });
  socket.on('close', () =>
    resolve(
      answeredAt === undefined
        ? { kind: 'no answer', cause: 'the connection was closed without an answer' }
        : { kind: 'closed', afterMs: performance.now() - answeredAt },
    ),
  );
  const path = pathname.replace(/\/+$/, '') + health;
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n\r\n`);
  const found = await promise;
  clearTimeout(patience);
  socket.destroy();
  return found;
}

/** Whether the answer is complete; one that is neither counted nor in chunks ends with the connection. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const [headers, body] = [text.slice(0, end), text.slice(end + 4)];
  const [, length] = /^content-length:\s*(\d+)/im.exec(headers) ?? [];
  if (length) return body.length >= Number(length);
  return !/^transfer-encoding:.*chunked/im.test(headers) || body.endsWith('0\r\n\r\n');
}
