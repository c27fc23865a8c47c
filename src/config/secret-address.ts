/**
 * The address of somebody who is sent things: path, query and user of such addresses are secrets. Only the host shows
 * when it is printed, inspected or made JSON; who sends to it has to ask for the rest.
 */
export class SecretAddress {
  /** With its port, where it is not the usual one. */
  readonly host: string;
  readonly #url: URL;

  /** Throws when it is no http or https address; what it throws may hold the address. */
  constructor(address: string) {
    this.#url = new URL(address);
    if (!/^https?:$/.test(this.#url.protocol)) throw new Error('not http or https');
    decodeURIComponent(this.#url.username + this.#url.password); // throws where they are no text
    this.host = this.#url.host;
  }

  /** Without its port. */
  get hostname(): string {
    return this.#url.hostname;
  }

  /** What a request needs. User and password go into a header: in the address, clients drop or refuse them. */
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

  /** What gives the address away wherever it is written. Short words of it are none: they stand in other texts too. */
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

  /** Whether a text, which is not ours, holds any word of the address. */
  isIn(text: string): boolean {
    return withDecoded(this.#words()).some((word) => word.length > 3 && text.includes(word));
  }

  #words(): string[] {
    const { username, password, pathname, search, hash } = this.#url;
    return [username, password, ...`${pathname}${search}${hash}`.split(/[/?&=#]/)];
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
