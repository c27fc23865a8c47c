import type { Expression, Values } from '../contract/expressions.ts';
import type { Account, Issued } from './account.ts';
import type { Credentials, Sender, SocketCredentials } from './credentials.ts';
import { type Environment, idOf } from './written.ts';

/** Who a participant is to the service. */
export interface Identity {
  /** The id under which the service knows the user; a name of ours until the service has said it (`none`). */
  readonly userId: string;
  /** Undefined without tokens. Renewed ones replace it: read it when it is needed. */
  readonly token: string | undefined;
  /** Go with each HTTP call; the same object as long as nothing was renewed. */
  readonly headers: Readonly<Record<string, string>>;
  /** Appended to each path: begins with `?`, or is empty. */
  readonly query: string;
  readonly socket: SocketCredentials;
  /** Of a login, for browsers; they are in `headers` too. */
  readonly cookies: Readonly<Record<string, string>>;
  /** Takes in what the service said on connection, such as `{ socket: { id } }`: without an identity, that names the user. */
  learn(values: Values): void;
  /** Ends renewal and gives the account back, when all that opened it have released it. */
  release(): Promise<void>;
}

const NO_COOKIES = {};

/** What the holders of one account share: they read through it, so what is renewed is renewed for all. */
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

  /** The id stays that of the first time: rosters know the user by it. */
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
