import { tokenFaults } from '../meetings/identities/account.ts';
import type { Sample } from './answered.ts';
import { type Fault, type FindingName, faultWords, type Interface, interfaces } from './catalogue.ts';
import type { Interview } from './interview.ts';
import { NotApplicable } from './no-answer.ts';
import type { User } from './users.ts';

/** A user whose credentials have one fault, and a remark that names the fault. */
export interface Faulty {
  readonly fault: Fault;
  readonly user: User;
  readonly remark: string;
}

/**
 * The user with each possible fault. `shows` returns the credentials that the interface sends.
 * @throws {NotApplicable} if they are the same with and without a token
 */
export async function faultyUsers(
  interview: Interview,
  user: User,
  shows: (user: User) => unknown,
  where: string,
): Promise<Faulty[]> {
  const missing = await interview.users.wrong('missing', user);
  if (!missing) throw new NotApplicable('users show no token');
  if (JSON.stringify(shows(missing)) === JSON.stringify(shows(user)))
    throw new NotApplicable(`users show no token ${where}`);
  const found: Faulty[] = [];
  for (const fault of tokenFaults) {
    const wrong = fault === 'missing' ? missing : await interview.users.wrong(fault, user);
    if (wrong) found.push({ fault, user: wrong, remark: inWords(fault, user) });
  }
  return found;
}

/** Notes that the service accepted the fault. */
export function noteFault(
  interview: Interview,
  via: Interface,
  { fault, remark }: Faulty,
  sample: Sample,
): void {
  const name: FindingName = `${via}-accepts-${fault}-token`;
  interview.note(name, sample, `${interfaces[via]} accepts ${remark}.`);
}

/**
 * A JWT names its user and can have all faults. The service looks up other tokens and cookies, which have fewer faults.
 */
function inWords(fault: Fault, { identity: { token } }: User): string {
  if (token?.startsWith('eyJ')) return faultWords[fault];
  const shown = token === undefined ? 'cookie' : 'token';
  if (fault === 'missing') return `a user without a ${shown}`;
  return fault === 'forged' ? `a ${shown} that the service never gave` : `a ${shown} in a wrong form`;
}
