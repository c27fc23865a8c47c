import { UserError } from '../kernel/errors.ts';

// Paths that `new URL` would leave as they are: plain characters, no `//`, no segment that starts with a dot.
// Nearly all calls are such; for them the parser can be left out.
const plainPath = /^\/$|^(?:\/[\w~!$&()*+,;=:@?-][\w~!$&()*+,;=:@?.-]*)+\/?$/;

/**
 * The origin of the service and how URLs resolve against it: as `new URL(url, baseURL)`, like Playwright, but a path
 * that begins with a slash stands below the base path of the service.
 */
export class Address {
  readonly origin: string;
  readonly hostname: string;
  readonly isSecure: boolean;
  readonly port: number;
  readonly #base: URL;
  /** Without a slash at its end: `` or `/meet`. */
  readonly #path: string;

  constructor(baseURL: string) {
    let base: URL | undefined;
    try {
      base = new URL(baseURL);
    } catch {
      // Said below, together with other schemes.
    }
    if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
      throw new UserError(`baseURL "${baseURL}" is not a URL. Give one like http://127.0.0.1:3000.`);
    }
    if (base.username !== '' || base.password !== '') {
      throw new UserError('baseURL holds a user name or password. Send an authorization header instead.');
    }
    this.origin = base.origin;
    this.hostname = base.hostname;
    this.isSecure = base.protocol === 'https:';
    this.port = Number(base.port) || (this.isSecure ? 443 : 80);
    this.#path = base.pathname.replace(/\/+$/, '');
    this.#base = new URL(`${this.#path}/`, base);
  }

  /** The same object for the same address: participants come by the thousand, and have one service. */
  static of(baseURL: string): Address {
    if (latest?.baseURL !== baseURL) latest = { baseURL, address: new Address(baseURL) };
    return latest.address;
  }

  /** Path and query of a call. Another origin is refused: only the service may be loaded. */
  resolve(url: string, params?: CallParams): string {
    if (params === undefined && plainPath.test(url)) return this.#path + url;
    const resolved = this.#parse(url);
    if (params !== undefined) addParams(resolved, params);
    return resolved.pathname + resolved.search;
  }

  /** Path and query that a `Location` header points to, seen from `path`. */
  redirected(path: string, location: string): string {
    // Headers are read as Latin-1, services write UTF-8.
    const target = new URL(Buffer.from(location, 'latin1').toString('utf8'), this.origin + path);
    if (target.origin !== this.origin) {
      throw new UserError(
        `The service redirects from ${this.origin} to ${target.origin}, which is not the service. ` +
          'Set maxRedirects: 0 to take the redirect as the answer.',
      );
    }
    return target.pathname + target.search;
  }

  #parse(url: string): URL {
    let resolved: URL;
    try {
      resolved = new URL(/^\/(?![/\\])/.test(url) ? this.#path + url : url, this.#base);
    } catch {
      throw new UserError(
        `"${url}" is not a URL. Give a path such as /meetings, or a URL of ${this.origin}.`,
      );
    }
    if (resolved.origin !== this.origin) {
      throw new UserError(
        `A call to ${resolved.origin} was refused: the context belongs to ${this.origin}, and only the service ` +
          'may be loaded. Open a context of its own for another service.',
      );
    }
    return resolved;
  }
}

let latest: { readonly baseURL: string; readonly address: Address } | undefined;

export type CallParams = { [key: string]: string | number | boolean } | URLSearchParams | string;

function addParams(url: URL, params: CallParams): void {
  if (typeof params === 'string' || params instanceof URLSearchParams) {
    const encoded = params.toString().replace(/^\?/, '');
    if (encoded) url.search = url.search ? `${url.search}&${encoded}` : encoded;
    return;
  }
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
}

/** A path as errors may show it. */
export function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}
