import type { Expression, Values } from '../expressions.ts';
import type { Account, Issued } from './account.ts';
import type { Credentials, Sender, SocketCredentials } from './credentials.ts';
import { type Environment, idOf } from './written.ts';

export interface Identity {
  /** The user's id in the service; a generated name until the service sends it (`none`). */
  readonly userId: string;
  /** Undefined without tokens. Renewal replaces it: read it when needed. */
  readonly token: string | undefined;
  /** Sent with each HTTP call; the same object until a renewal. */
  readonly headers: Readonly<Record<string, string>>;
  /** Appended to each path: begins with `?`, or is empty. */
  readonly query: string;
  readonly socket: SocketCredentials;
  /** Cookies of a login, for browsers; `headers` has them too. */
  readonly cookies: Readonly<Record<string, string>>;
  /**
   * Reads the values that the service sent on connection, such as `{ socket: { id } }`: without an identity, they name
   * the user.
   */
  learn(values: Values): void;
  /** Ends renewal and releases the account when all its holders have released it. */
  release(): Promise<void>;
}

const NO_COOKIES = {};

/** The state that the holders of one account share, so a renewal reaches all of them. */
export class Held {
  readonly account: Account;
  readonly #sender: Sender;
  readonly #env: Environment;
  issued!: Issued;
  credentials!: Credentials;
  userId: string;

  constructor(account: Account, issued: Issued, sender: Sender, env: Environment) {
    this.account = account;
    this.#sender = sender;
    this.#env = env;
    this.userId = issued.userId;
    this.replace(issued);
  }

  /** The first id stays: rosters contain it. */
  replace(issued: Issued): void {
    const { number, row } = this.account;
    const { token, claims, cookies } = issued;
    const values = { env: this.#env, user: this.userId, number, row, token, claims, cookies };
    this.credentials = this.#sender(values);
    this.issued = issued;
  }
}

/** One opening of an account. */
export class Holder implements Identity {
  readonly #held: Held;
  readonly #nameOf: Expression | undefined;
  readonly #released: () => Promise<void>;
  #isReleased = false;

  constructor(held: Held, nameOf: Expression | undefined, released: () => Promise<void>) {
    this.#held = held;
    this.#nameOf = nameOf;
    this.#released = released;
  }

  get userId(): string {
    return this.#held.userId;
  }

  get token(): string | undefined {
    return this.#held.issued.token;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#held.credentials.headers;
  }

  get query(): string {
    return this.#held.credentials.query;
  }

  get socket(): SocketCredentials {
    return this.#held.credentials.socket;
  }

  get cookies(): Readonly<Record<string, string>> {
    return this.#held.issued.cookies ?? NO_COOKIES;
  }

  learn(values: Values): void {
    const id = idOf(this.#nameOf?.(values));
    if (id !== undefined) this.#held.userId = id;
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    await this.#released();
  }
}
