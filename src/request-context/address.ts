import { UserError } from '../kernel/errors.ts';

// Paths that `new URL` does not change: plain characters, no `//`, no segment that starts with a dot. Nearly all calls have
// such a path, and need no parser.
const plainPath = /^\/$|^(?:\/[\w~!$&()*+,;=:@?-][\w~!$&()*+,;=:@?.-]*)+\/?$/;

/**
 * The origin of the service. URLs resolve against it as in Playwright (`new URL(url, baseURL)`), but a path that begins
 * with a slash is below the base path of the service.
 */
export class Address {
  readonly origin: string;
  readonly hostname: string;
  readonly isSecure: boolean;
  readonly port: number;
  readonly #base: URL;
  /** The base path without a slash at its end: `` or `/meet`. */
  readonly #path: string;

  constructor(baseURL: string) {
    const base = URL.canParse(baseURL) ? new URL(baseURL) : undefined;
    if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
      throw new UserError(
        `baseURL is "${baseURL}", but must be an http or https URL, like http://127.0.0.1:3000.`,
      );
    }
    if (base.username !== '' || base.password !== '') {
      throw new UserError(
        'baseURL contains a user name or a password. Send an authorization header instead.',
      );
    }
    this.origin = base.origin;
    this.hostname = base.hostname;
    this.isSecure = base.protocol === 'https:';
    this.port = Number(base.port) || (this.isSecure ? 443 : 80);
    this.#path = base.pathname.replace(/\/+$/, '');
    this.#base = new URL(`${this.#path}/`, base);
  }

  /** Returns the same object for the same URL, because thousands of participants use one service. */
  static of(baseURL: string): Address {
    if (latest?.baseURL !== baseURL) latest = { baseURL, address: new Address(baseURL) };
    return latest.address;
  }

  /** The path and query of a call. Another origin is refused: calls may go only to the service. */
  resolve(url: string, params?: CallParams): string {
    if (params === undefined && plainPath.test(url)) return this.#path + url;
    const resolved = this.#parse(url);
    if (params !== undefined) addParams(resolved, params);
    return resolved.pathname + resolved.search;
  }

  /** The path and query of a `Location` header in the answer to `path`. */
  redirected(path: string, location: string): string {
    // Headers are read as Latin-1, but services write UTF-8.
    const target = new URL(Buffer.from(location, 'latin1').toString('utf8'), this.origin + path);
    if (target.origin !== this.origin) {
      throw new UserError(
        `The service redirects from ${this.origin} to ${target.origin}, which is not the service. ` +
          'Set maxRedirects: 0 to get the redirect as the answer.',
      );
    }
    return target.pathname + target.search;
  }

  #parse(url: string): URL {
    const full = /^\/(?![/\\])/.test(url) ? this.#path + url : url;
    if (!URL.canParse(full, this.#base.href))
      throw new UserError(`"${url}" is not a URL. Use a path such as /meetings, or a URL of ${this.origin}.`);
    const resolved = new URL(full, this.#base);
    if (resolved.origin !== this.origin)
      throw new UserError(
        `The call to ${resolved.origin} was refused, because this context may call only ${this.origin}. ` +
          'Open another context for another service.',
      );
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

/** The path for error messages, which must not contain a query. */
export function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}
