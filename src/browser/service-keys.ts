import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { deferred } from '../kernel/deferred.ts';
import { endpointOf } from '../kernel/reach.ts';
import { addedAuthorities, serviceTls } from '../kernel/trust.ts';

/** Behind a load balancer, servers may have a certificate each: with two of them, all of these meet one in 1 of 8 cases. */
const CONNECTIONS = 4;
const TIMEOUT_MS = 5000;

/**
 * The public keys of the service's certificates that an added authority vouches for, as Chromium's switch takes them.
 *
 * Chromium has no switch that trusts an authority, and its list of public keys is compared with what a server sends,
 * which leaves the authority out. So the certificates are verified here (authority, name, dates), and Chromium is given
 * the keys of those that are right; for all others it stays as strict as ever. A certificate that is renewed with
 * another key during a run is refused.
 */
export async function verifiedServiceKeys(urls: readonly string[]): Promise<string[]> {
  if (addedAuthorities() === undefined) return [];
  const secure = urls.filter((url) => new URL(url).protocol === 'https:');
  const asked = [...new Set(secure)].flatMap((url) => Array.from({ length: CONNECTIONS }, () => keyOf(url)));
  const keys = await Promise.all(asked);
  return [...new Set(keys.filter((key) => key !== undefined))];
}

/** Undefined where there is no certificate to trust: the next connection reports why. */
async function keyOf(url: string): Promise<string | undefined> {
  const at = endpointOf(url);
  const { promise, resolve } = deferred<string | undefined>();
  const socket = connect({
    ...at,
    ...(isIP(at.host) ? {} : { servername: at.host }),
    ...serviceTls(),
    timeout: TIMEOUT_MS,
  });
  socket.once('secureConnect', () => {
    const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
    resolve(spki && createHash('sha256').update(spki).digest('base64'));
  });
  socket.once('timeout', () => resolve(undefined));
  socket.once('error', () => resolve(undefined));
  const key = await promise;
  socket.destroy();
  return key;
}
