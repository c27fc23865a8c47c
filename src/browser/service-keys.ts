import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { deferred } from '../kernel/deferred.ts';
import { endpointOf } from '../kernel/reach.ts';
import { addedAuthorities, serviceTls } from '../kernel/trust.ts';

/**
 * Servers behind a load balancer may have different certificates. With two servers, all connections reach the same one
 * in 1 of 8 cases.
 */
const CONNECTIONS = 4;
const TIMEOUT_MS = 5000;

/**
 * The public keys of the service's certificates that an added authority signed, in the format of Chromium's switch.
 *
 * Chromium has no switch that trusts an authority. It compares a list of public keys with the certificates that a
 * server sends, which do not include the authority. So the certificates are verified here (authority, name, dates), and
 * Chromium gets the keys of the valid ones. It refuses all other certificates, also one that is renewed with another
 * key during a run.
 */
export async function verifiedServiceKeys(urls: readonly string[]): Promise<string[]> {
  if (addedAuthorities() === undefined) return [];
  const secure = urls.filter((url) => new URL(url).protocol === 'https:');
  const asked = [...new Set(secure)].flatMap((url) => Array.from({ length: CONNECTIONS }, () => keyOf(url)));
  const keys = await Promise.all(asked);
  return [...new Set(keys.filter((key) => key !== undefined))];
}

/** Undefined without a trusted certificate: the next connection reports the reason. */
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
