import { isLoopback } from './addresses.ts';

/**
 * An address that gets messages. Its path, query and user are secrets: only the host appears when it is printed,
 * inspected or made JSON. `reveal` returns the rest.
 */
export class SecretAddress {
  /** The host, with its port unless it is the default port. */
  readonly host: string;
  readonly #url: URL;

  /** Throws if it is not an http or https address; the error may contain the address. */
  constructor(address: string) {
    this.#url = new URL(address);
    if (!/^https?:$/.test(this.#url.protocol)) throw new Error('not http or https');
    decodeURIComponent(this.#url.username + this.#url.password); // throws if they are not valid text
    this.host = this.#url.host;
  }

  /** The host without its port. */
  get hostname(): string {
    return this.#url.hostname;
  }

  /**
   * The URL and headers of a request. User and password are sent in a header: in the address, clients drop or refuse
   * them.
   */
  reveal(): { readonly url: string; readonly authorization?: string } {
    const { username, password } = this.#url;
    const url = new URL(this.#url);
    url.username = '';
    url.password = '';
    url.hash = '';
    if (username === '' && password === '') return { url: url.href };
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { url: url.href, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
  }

  /** The parts that reveal the address. Short words do not count: other texts have them too. */
  get secretParts(): string[] {
    const { username, password, pathname, search } = this.#url;
    const parts = [
      ...[`${pathname}${search}`, pathname, search].filter((part) => part.length >= 12),
      ...this.#words().filter((word) => word.length >= 16),
      // A user without a password is a token.
      password === '' ? username : password,
    ];
    return withDecoded(parts).filter((part) => part !== '');
  }

  /** Whether a foreign text contains any part of the address. */
  isIn(text: string): boolean {
    return withDecoded(this.#words()).some((word) => word.length > 3 && text.includes(word));
  }

  #words(): string[] {
    const { username, password, pathname, search, hash } = this.#url;
    return [username, password, ...`${pathname}${search}${hash}`.split(/[/?&=#]/)];
  }
}

/** The address of a webhook. */
export class Webhook extends SecretAddress {
  get isSlack(): boolean {
    return /(^|\.)slack(-gov)?\.com$/.test(this.hostname);
  }

  get isLoopback(): boolean {
    return isLoopback(this.hostname);
  }
}

function withDecoded(parts: readonly string[]): string[] {
  return [...new Set([...parts, ...parts.map(decoded)])];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
