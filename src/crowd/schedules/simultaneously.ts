import { brokenRules, refuse, users as userCount } from './rules.ts';
import type { Share } from './share.ts';
import { count } from './wording.ts';

/** Everyone arrives at the start, once. */
export interface Simultaneously {
  readonly kind: 'simultaneously';
  readonly users: number;
  readonly share?: Share;
}

export function simultaneously(users: number): Simultaneously {
  refuse('simultaneously', brokenRules({ users }, { users: userCount }));
  return { kind: 'simultaneously', users };
}

export function* simultaneouslyDue({ users }: Simultaneously): Generator<number, void> {
  for (let index = 0; index < users; index++) yield 0;
}

export function describeSimultaneously({ users }: Simultaneously): string {
  return `${count(users, 'user')} at the same moment, once.`;
}
