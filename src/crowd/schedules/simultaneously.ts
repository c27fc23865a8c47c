import { usersOf } from './defaults.ts';
import type { OpenKind, ScheduleData } from './kind.ts';
import { brokenRules, refuse, users as userCount } from './rules.ts';
import { count } from './wording.ts';

/** Everyone arrives at the start, once. */
export interface Simultaneously extends ScheduleData {
  readonly kind: 'simultaneously';
  readonly users: number;
}

export function simultaneously(users: number): Simultaneously {
  refuse('simultaneously', brokenRules({ users }, { users: userCount }));
  return { kind: 'simultaneously', users };
}

export const simultaneouslyKind: OpenKind<Simultaneously> = {
  kind: 'simultaneously',
  isOpen: true,
  requests: 'users',
  whenFull: 'dropped',
  usage: '[USERS]',
  example: 'simultaneously 100',
  parse: (parts, defaults) => simultaneously(usersOf(parts, defaults)),
  describe: ({ users }) => `${count(users, 'user')} at the same moment, once.`,
  *due({ users }) {
    for (let index = 0; index < users; index++) yield 0;
  },
  peak: ({ users }) => users,
  durationMs: () => 0,
};
