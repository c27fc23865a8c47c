import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type SecureContext } from 'node:tls';
import { bareHost, type Via } from '../kernel/reach.ts';
import { serviceTls } from '../kernel/trust.ts';

export interface ConnectionOptions {
  readonly host?: string;
  readonly port?: number;
  readonly localAddress?: string;
  /** The family of the local address: a host name is looked up in this family only. */
  readonly family?: number;
  readonly secureContext?: SecureContext;
  readonly checkServerIdentity?: (name: string, certificate: PeerCertificate) => Error | undefined;
}

/**
 * What a connection to the service needs beside its address, as options of Node's `net` and `tls`; empty for most
 * services. The server name (SNI) is set by the callers from the address of the service, as for any connection.
 */
export function connectionOptions({
  isSecure,
  hostname,
  via,
  localAddress,
}: {
  isSecure: boolean;
  hostname: string;
  via: Via | undefined;
  localAddress?: string | undefined;
}): ConnectionOptions {
  const tls = isSecure ? serviceTls() : {};
  const from = localAddress === undefined ? {} : { localAddress, family: isIP(localAddress) };
  if (via === undefined) return { ...from, ...tls };
  const { host, port } = via;
  // A certificate for an IP address has no server name: Node would look for the address that is really connected to.
  const name = bareHost(hostname);
  const identity = {
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
  };
  return { host, port, ...from, ...tls, ...(isSecure ? identity : {}) };
}
