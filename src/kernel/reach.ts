/**
 * The real destination of connections to the service, such as a path of the link. The URL of the service, the Host header,
 * the server name of TLS (SNI) and the name in the certificate stay the same.
 */
export interface Via {
  /** An IP address, or a name. */
  readonly host: string;
  /** The TCP port. */
  readonly port: number;
  /** The same route for clients that accept only a proxy: `socks5://127.0.0.1:40001`. */
  readonly socks?: string;
}

/** The route of one participant to the service. */
export interface Reach {
  /** The URL of the service. */
  readonly url: string;
  /** Without it, connections go to the host of the URL. */
  readonly via?: Via | undefined;
  /**
   * The local IP address of connections; by default the system chooses. The number of ports of one address is limited, so a
   * large crowd uses several addresses.
   */
  readonly localAddress?: string | undefined;
}

/** A separate route of one participant, such as a path of the link. */
export interface Route {
  /** The destination of connections to the server of this URL. */
  to(url: string): Promise<Via>;
}

/** The host name of a URL for sockets and certificates: without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

export function endpointOf(url: string | URL): { readonly host: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(url);
  return { host: bareHost(hostname), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** Options for contexts of browsers: only a proxy can change their route. */
export function proxyTo(via: Via | undefined): { readonly proxy?: { readonly server: string } } {
  if (via === undefined) return {};
  if (via.socks === undefined) throw new Error(`no SOCKS5 listener leads to ${via.host}:${via.port}`);
  return { proxy: { server: via.socks } };
}
