import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Refused } from './refused.ts';

const ACCOUNTS = 500;
const SESSION_MS = 15 * 60_000;
const FIRST_ID = 40_000;
const COOKIE = /(?:^|;\s*)sid=([\w-]{43})(?:;|$)/;

export interface Person {
  /** An id from the service, which does not show the email address. */
  readonly id: number;
  readonly email: string;
}

interface Session {
  readonly person: Person;
  readonly endsAt: number;
}

/** Accounts u1@load.test to u500@load.test with one password. Each has at most one session. */
export class Sessions {
  readonly #password: Buffer;
  readonly #sessions = new Map<string, Session>();
  readonly #current = new Map<number, string>();

  constructor(password: string) {
    this.#password = Buffer.from(password);
  }

  /** Ends the earlier session of the account. @returns the new session */
  begin(email: string, password: string): { sid: string; person: Person } {
    const number = Number(/^u([1-9]\d{0,2})@load\.test$/.exec(email)?.[1]);
    const given = Buffer.from(password);
    const isRight = given.length === this.#password.length && timingSafeEqual(given, this.#password);
    if (!(number <= ACCOUNTS) || !isRight) throw new Refused('bad-login');
    const person = { id: FIRST_ID + number * 7, email };
    this.#sessions.delete(this.#current.get(person.id) ?? '');
    const sid = randomBytes(32).toString('base64url');
    this.#sessions.set(sid, { person, endsAt: performance.now() + SESSION_MS });
    this.#current.set(person.id, sid);
    return { sid, person };
  }

  /** @throws {Refused} without a valid session */
  read(cookies: string | undefined): Person {
    const session = this.#sessions.get(COOKIE.exec(cookies ?? '')?.[1] ?? '');
    if (!session || session.endsAt < performance.now()) throw new Refused('no-session');
    return session.person;
  }

  end(cookies: string | undefined): Person {
    const person = this.read(cookies);
    this.#sessions.delete(this.#current.get(person.id) ?? '');
    this.#current.delete(person.id);
    return person;
  }
}

export function cookieOf(sid: string): string {
  return `sid=${sid}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}`;
}

export const noCookie = 'sid=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0';
