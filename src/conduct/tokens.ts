import { tokenFaults } from '../meetings/identities/account.ts';
import type { FindingName } from './catalogue.ts';
import type { Interview } from './interview.ts';
import { NotApplicable } from './question.ts';
import type { User } from './users.ts';

type Fault = (typeof tokenFaults)[number];

/** How the service knows a user: by a token that says who it is, by one that it has to look up, or by a cookie. */
type Shown = 'JWT' | 'token' | 'cookie';

const words: Readonly<Record<Fault, string>> = {
  forged: 'a token signed with a wrong secret',
  unsigned: 'a token with alg "none" and no signature',
  'public-key-as-secret': 'a token signed with the public key as a secret',
  expired: 'an expired token',
  missing: 'no token',
  garbage: 'a token that is not a JWT',
  'wrong-type': 'a token of type "refresh"',
  'wrong-audience': 'a token for the audience of another service',
  'without-user': 'a token that names no user',
};

/** What is wrong, for people: the words of the catalogue are those for a JWT with a secret. */
function faultInWords(fault: Fault, shown: Shown): string {
  if (shown === 'JWT') return words[fault];
  if (fault === 'missing') return `no ${shown}`;
  return fault === 'forged' ? `a ${shown} that the service never gave` : `a ${shown} in a wrong form`;
}

/** A user with one fault, and what to say of it. */
export interface Faulty {
  readonly fault: Fault;
  readonly user: User;
  readonly remark: string;
}

/**
 * The faults that can be made for this user, in their order. Where nothing distinguishes a user with a token from one
 * without, there is nothing to ask.
 * @throws {NotApplicable}
 */
export async function faultyUsers(
  interview: Interview,
  user: User,
  shows: (user: User) => unknown,
  where: string,
): Promise<Faulty[]> {
  const missing = await interview.wrongUser('missing', user);
  if (!missing) throw new NotApplicable('users show no token');
  if (isSame(shows(missing), shows(user))) throw new NotApplicable(`users show no token ${where}`);
  const found: Faulty[] = [];
  for (const fault of tokenFaults) {
    const wrong = fault === 'missing' ? missing : await interview.wrongUser(fault, user);
    if (!wrong) continue;
    found.push({ fault, user: wrong, remark: faultInWords(fault, shownBy(user)) });
  }
  return found;
}

/** The sentence of a finding, where that of the catalogue does not fit; it ends like "accepts …". */
export function saysOf(via: 'HTTP' | 'The socket', { remark }: Faulty, user: User): string | undefined {
  return shownBy(user) === 'JWT' ? undefined : `${via} accepts ${remark}.`;
}

export function findingOf(via: 'http' | 'socket', { fault }: Faulty): FindingName {
  return `${via}-accepts-${fault}-token`;
}

function shownBy({ identity: { token } }: User): Shown {
  if (token === undefined) return 'cookie';
  return token.startsWith('eyJ') ? 'JWT' : 'token';
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
