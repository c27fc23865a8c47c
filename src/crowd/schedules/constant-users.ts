import { durationOf, usersOf } from './defaults.ts';
import type { ClosedKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, durationOrNone, refuse, users as userCount } from './rules.ts';
import { timeMs } from './text.ts';
import { count, span } from './wording.ts';

/** A crowd of the same size from its start to its end. */
export interface ConstantUsers extends ScheduleData {
  readonly kind: 'constant-users';
  readonly users: number;
  /** The users arrive at even intervals within this time, which is part of `durationMs`; absent: all at once. */
  readonly spreadMs?: number;
  readonly durationMs: number;
}

/** The largest part of the duration for arrivals: in the rest, the whole crowd is active. */
const SPREAD_PART = 1 / 4;

/**
 * The default time in which the users arrive: one pause between two calls of a user, so that the calls of all users do
 * not form a burst.
 */
function usualSpreadMs(pauseMs: number, durationMs: number): number {
  return Math.min(pauseMs, durationMs * SPREAD_PART);
}

export function constantUsers(
  users: number,
  { durationMs, spreadMs = 0 }: { durationMs: number; spreadMs?: number },
): ConstantUsers {
  const rules = { users: userCount, durationMs: duration, spreadMs: durationOrNone };
  const mistakes = brokenRules({ users, durationMs, spreadMs }, rules);
  if (spreadMs > durationMs)
    mistakes.push(
      `users arrive within ${span(spreadMs)}, which is longer than the ${span(durationMs)} of the schedule`,
    );
  refuse('constant-users', mistakes);
  return { kind: 'constant-users', users, durationMs, ...(spreadMs > 0 && users > 1 ? { spreadMs } : {}) };
}

export const constantUsersKind: ClosedKind<ConstantUsers> = {
  kind: 'constant-users',
  isOpen: false,
  usage: '[USERS] [within TIME] [for TIME]',
  example: 'constant-users 50 for 60s',
  parse(parts, defaults) {
    const durationMs = durationOf(parts, defaults);
    const spreadMs = timeMs(parts.within) ?? usualSpreadMs(defaults.pauseMs ?? 0, durationMs);
    return constantUsers(usersOf(parts, defaults), { durationMs, spreadMs });
  },
  describe({ users, durationMs, spreadMs }) {
    const spread = spreadMs === undefined ? '' : `, arriving within the first ${span(spreadMs)}`;
    return `${count(users, 'user')} for ${span(durationMs)}${spread}; participants that leave are replaced.`;
  },
  segments({ users, durationMs, spreadMs = 0 }) {
    const level = { from: users, to: users, durationMs: durationMs - spreadMs };
    return spreadMs === 0 ? [level] : [{ from: 1, to: users, durationMs: spreadMs }, level];
  },
};
