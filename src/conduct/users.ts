import { randomBytes } from 'node:crypto';
import { UserError } from '../kernel/errors.ts';
import type { Access } from '../meetings/access.ts';
import type { TokenFault } from '../meetings/identities/account.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { Unanswered } from './no-answer.ts';

/** A user of a question, with good credentials or with one fault. */
export interface User {
  /** The name with which the identity was opened. */
  readonly name: string;
  readonly identity: Identity;
}

/** `caller` changes the user after this many calls, because limits count per user. */
const CALLS_PER_USER = 8;

/** The users of one question. */
export class Users {
  readonly #access: Access;
  readonly #opened: User[] = [];
  /** The latest caller is first. */
  readonly #callers: User[] = [];
  #callsOfCaller = 0;

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * Opens a new user, whose name shows the operator its origin.
   * @throws {Unanswered} if the service has no more accounts
   */
  async open(): Promise<User> {
    const name = `conduct-${randomBytes(12).toString('hex')}`;
    try {
      return this.#known({ name, identity: await this.#access.identities.open(name) });
    } catch (error) {
      if (error instanceof UserError) throw new Unanswered(error.message);
      throw error;
    }
  }

  /** Returns a user for one call of the operation. */
  async caller(operation: string): Promise<User> {
    const allowance = this.#access.contract.operations.get(operation)?.allowance?.calls;
    if (this.#callsOfCaller >= Math.min(CALLS_PER_USER, allowance ?? CALLS_PER_USER)) this.#callsOfCaller = 0;
    if (this.#callsOfCaller === 0) this.#callers.unshift(await this.#nextCaller());
    this.#callsOfCaller += 1;
    return this.#callers[0]!;
  }

  /** The same user with one fault; undefined if the fault is not possible. */
  async wrong(fault: TokenFault, { name }: User): Promise<User | undefined> {
    const identity = await this.#access.identities.wrongIdentity(fault, name);
    return identity && this.#known({ name, identity });
  }

  /** Releases all accounts. */
  async release(): Promise<void> {
    await Promise.all(this.#opened.map(({ identity }) => identity.release()));
  }

  /** Opens a new user. If there are no more accounts, reuses the caller of the longest time ago. */
  async #nextCaller(): Promise<User> {
    try {
      return await this.open();
    } catch (error) {
      const first = this.#callers.pop() ?? this.#opened[0];
      if (!(error instanceof Unanswered) || !first) throw error;
      return first;
    }
  }

  #known(user: User): User {
    this.#opened.push(user);
    return user;
  }
}
