/**
 * Where connections to the service really go, such as a path of the link. The address of the service stays what it is,
 * and with it the Host header, the name in the TLS handshake (SNI) and the name that its certificate must have.
 */
export interface Via {
  readonly host: string;
  readonly port: number;
  /** The same way for clients that can only be given a proxy: `socks5://127.0.0.1:40001`. */
  readonly socks?: string;
}

/** How one participant reaches the service. */
export interface Reach {
  /** The service's own address. */
  readonly url: string;
  /** Without it, connections go where the address says. */
  readonly via?: Via | undefined;
  /**
   * The IP address of this machine that connections come from; without it, the system chooses. Each address has as many
   * ports as one: a crowd that needs more takes several.
   */
  readonly localAddress?: string | undefined;
}

/** The own way of one participant, such as a path of the link. */
export interface Route {
  /** Where connections go that are for the server of this address. */
  to(url: string): Promise<Via>;
}

/** A host name of a URL as sockets and certificates have it: without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Where connections to an address go. */
export function endpointOf(url: string | URL): { readonly host: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(url);
  return { host: bareHost(hostname), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** For contexts of browsers: they can be sent another way by a proxy alone. */
export function proxyTo(via: Via | undefined): { readonly proxy?: { readonly server: string } } {
  if (via === undefined) return {};
  if (via.socks === undefined) throw new Error(`no SOCKS5 listener leads to ${via.host}:${via.port}`);
  return { proxy: { server: via.socks } };
}
