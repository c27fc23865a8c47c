import type { Address } from './address.ts';

interface Cookie {
  readonly value: string;
  readonly path: string;
  /** In ms since the epoch. */
  readonly expires: number;
}

/**
 * The cookies of one participant at one service, by the rules of Playwright's context: a service that signs users in with a
 * cookie works on both contexts. For services with tokens, which set no cookies, this costs nothing.
 */
export class Cookies {
  readonly #cookies = new Map<string, Cookie>();
  readonly #hostname: string;
  readonly #trusted: boolean;

  constructor({ hostname, isSecure }: Pick<Address, 'hostname' | 'isSecure'>) {
    this.#hostname = hostname;
    this.#trusted = isSecure || isLocal(hostname);
  }

  /** The value of the `cookie` header for `path`; undefined without cookies. */
  header(path: string): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    const now = Date.now();
    const pathname = path.split('?', 1)[0]!;
    const pairs: string[] = [];
    for (const [key, { value, path: scope, expires }] of this.#cookies) {
      if (expires <= now) this.#cookies.delete(key);
      else if (covers(scope, pathname)) pairs.push(`${key.slice(key.indexOf(';') + 1)}=${value}`);
    }
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  /** Stores one `Set-Cookie` header of the answer to `requestPath`. */
  store(header: string, requestPath: string): void {
    const [pair = '', ...attributes] = header.split(';');
    const equals = pair.indexOf('=');
    if (equals <= 0) return;
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    let path = defaultPath(requestPath);
    let expires = Number.POSITIVE_INFINITY;
    let maxAge: number | undefined;
    for (const attribute of attributes) {
      const [key = '', setting = ''] = splitAttribute(attribute);
      if (key === 'path' && setting.startsWith('/')) path = setting;
      if (key === 'domain' && !this.#isOurs(setting)) return;
      if (key === 'secure' && !this.#trusted) return;
      if (key === 'expires' && !Number.isNaN(Date.parse(setting))) expires = Date.parse(setting);
      if (key === 'max-age' && /^-?\d+$/.test(setting)) maxAge = Number(setting);
    }
    // Max-Age wins over Expires (RFC 6265, 5.3).
    if (maxAge !== undefined) expires = maxAge <= 0 ? 0 : Date.now() + maxAge * 1000;
    const key = `${path};${name}`;
    if (expires <= Date.now()) this.#cookies.delete(key);
    else this.#cookies.set(key, { value, path, expires });
  }

  #isOurs(domain: string): boolean {
    const wanted = domain.toLowerCase().replace(/^\./, '');
    return wanted === '' || this.#hostname === wanted || this.#hostname.endsWith(`.${wanted}`);
  }
}

function splitAttribute(attribute: string): [string, string] {
  const equals = attribute.indexOf('=');
  if (equals < 0) return [attribute.trim().toLowerCase(), ''];
  return [attribute.slice(0, equals).trim().toLowerCase(), attribute.slice(equals + 1).trim()];
}

/** The default path of a cookie: the folder of the request's path (RFC 6265, 5.1.4). */
function defaultPath(requestPath: string): string {
  const pathname = requestPath.split('?', 1)[0]!;
  const slash = pathname.lastIndexOf('/');
  return slash <= 0 ? '/' : pathname.slice(0, slash);
}

function covers(scope: string, pathname: string): boolean {
  if (pathname === scope || scope === '/') return true;
  return pathname.startsWith(scope.endsWith('/') ? scope : `${scope}/`);
}

function isLocal(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\./.test(hostname)
  );
}
