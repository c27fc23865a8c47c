import { randomBytes } from 'node:crypto';
import { UserError } from '../kernel/errors.ts';
import type { Access } from '../meetings/access.ts';
import type { TokenFault } from '../meetings/identities/account.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { Unanswered } from './no-answer.ts';

/** A user of a question, with good credentials, or with credentials that have one fault. */
export interface User {
  /** Under which the identity was opened. */
  readonly name: string;
  readonly identity: Identity;
}

/** `caller` gives another user after this many calls, because limits count per user. */
const CALLS_PER_USER = 8;

/** The users of one question. */
export class Users {
  readonly #access: Access;
  readonly #opened: User[] = [];
  /** The latest one comes first. */
  readonly #callers: User[] = [];
  #callsOfCaller = 0;

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * A user whom the service has not seen before; the operator sees who made it.
   * @throws {Unanswered} where the service has no further account
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

  /** Any user for one call of the operation. */
  async caller(operation: string): Promise<User> {
    const allowance = this.#access.contract.operations.get(operation)?.allowance?.calls;
    if (this.#callsOfCaller >= Math.min(CALLS_PER_USER, allowance ?? CALLS_PER_USER)) this.#callsOfCaller = 0;
    if (this.#callsOfCaller === 0) this.#callers.unshift(await this.#nextCaller());
    this.#callsOfCaller += 1;
    return this.#callers[0]!;
  }

  /** The user with credentials that have one fault; undefined where it cannot be made. */
  async wrong(fault: TokenFault, { name }: User): Promise<User | undefined> {
    const identity = await this.#access.identities.wrongIdentity(fault, name);
    return identity && this.#known({ name, identity });
  }

  /** Gives all accounts back. */
  async release(): Promise<void> {
    await Promise.all(this.#opened.map(({ identity }) => identity.release()));
  }

  /** Where the service has few accounts, one that has called before, the longest ago. */
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
