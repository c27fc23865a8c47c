/**
 * Where connections to the service really go, such as a path of the link. The address of the service does not change, nor
 * do the Host header, the name in the TLS handshake (SNI) and the name that its certificate must have.
 */
export interface Via {
  readonly host: string;
  readonly port: number;
  /** The same route for clients that accept only a proxy: `socks5://127.0.0.1:40001`. */
  readonly socks?: string;
}

/** How one participant reaches the service. */
export interface Reach {
  /** The service's own address. */
  readonly url: string;
  /** Without it, connections go to the address itself. */
  readonly via?: Via | undefined;
  /**
   * The local IP address of connections; without it, the system chooses. The number of ports of one address is limited: a
   * crowd that needs more uses several addresses.
   */
  readonly localAddress?: string | undefined;
}

/** The own route of one participant, such as a path of the link. */
export interface Route {
  /** Where connections to the server of this address go. */
  to(url: string): Promise<Via>;
}

/** The host name of a URL for sockets and certificates: without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Where connections to an address go. */
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
