import * as http from 'node:http';
import * as https from 'node:https';
import { deferred } from '../kernel/deferred.ts';
import { endpointOf } from '../kernel/reach.ts';
import { serviceTls } from '../kernel/trust.ts';
import { causeOfError } from '../request-context/failure.ts';
import { keepAliveSeconds } from '../request-context/idle-connections.ts';

/** The longest time that a connection is watched. */
const IDLE_WATCHED_MS = 6000;

/** The fate of a connection that was idle after one answer. */
export type IdleConnection =
  /** The `Keep-Alive` header announces how long the service keeps a connection. */
  | { readonly kind: 'announced'; readonly seconds: number }
  | { readonly kind: 'closed'; readonly afterMs: number }
  | { readonly kind: 'open' }
  | { readonly kind: 'not kept'; readonly header: string }
  | { readonly kind: 'no answer'; readonly cause: string };

/** Makes one call over a new connection, and watches the idle connection afterwards. Never rejects. */
export async function watchIdleConnection(
  serviceUrl: string,
  { health = '/health', watchedMs = IDLE_WATCHED_MS }: { health?: string; watchedMs?: number } = {},
): Promise<IdleConnection> {
  const { protocol, host, pathname } = new URL(serviceUrl);
  const agent = new (protocol === 'https:' ? https : http).Agent({ keepAlive: true });
  const path = pathname.replace(/\/+$/, '') + health;
  const { promise, resolve } = deferred<IdleConnection>();
  let answeredAt: number | undefined;
  let timer = setTimeout(() => resolve({ kind: 'no answer', cause: 'no answer in time' }), watchedMs);
  const to = { ...endpointOf(serviceUrl), ...serviceTls(), protocol, path, headers: { host }, agent };
  const request = http.get(to, (response) => {
    const { connection = '' } = response.headers;
    const seconds = keepAliveSeconds(String(response.headers['keep-alive'] ?? ''));
    response.resume().once('end', () => {
      answeredAt = performance.now();
      if (/close/i.test(connection)) resolve({ kind: 'not kept', header: `connection: ${connection}` });
      else if (seconds !== null) resolve({ kind: 'announced', seconds });
      clearTimeout(timer);
      timer = setTimeout(() => resolve({ kind: 'open' }), watchedMs);
    });
  });
  request.on('error', (error) => resolve({ kind: 'no answer', cause: causeOfError(error) }));
  request.on('socket', (socket) =>
    socket.once('close', () => {
      if (answeredAt !== undefined) resolve({ kind: 'closed', afterMs: performance.now() - answeredAt });
    }),
  );
  const found = await promise;
  clearTimeout(timer);
  request.destroy();
  agent.destroy();
  return found;
}
