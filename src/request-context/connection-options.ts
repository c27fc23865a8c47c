import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { bareHost, type Via } from '../kernel/reach.ts';
import { serviceTls } from '../kernel/trust.ts';

/**
 * Options of Node's `net` and `tls` for connections to the service; empty for most services. The callers set the server
 * name (SNI) from the address of the service.
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
}) {
  const tls = isSecure ? serviceTls() : {};
  // The host name is looked up only in the family of the local address.
  const from = localAddress === undefined ? {} : { localAddress, family: isIP(localAddress) };
  if (via === undefined) return { ...from, ...tls };
  const { host, port } = via;
  // For an IP address, there is no server name (SNI): Node would check the certificate for the connected address.
  const name = bareHost(hostname);
  const identity = {
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
  };
  return { host, port, ...from, ...tls, ...(isSecure ? identity : {}) };
}
