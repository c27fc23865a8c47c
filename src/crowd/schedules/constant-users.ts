import { brokenRules, duration, durationOrNone, refuse, users as userCount } from './rules.ts';
import type { Segment } from './segments.ts';
import type { Share } from './share.ts';
import { count, span } from './wording.ts';

/** A crowd of the same size from its start to its end. */
export interface ConstantUsers {
  readonly kind: 'constant-users';
  readonly users: number;
  /** The users arrive at even distances within this time, which is part of `durationMs`; absent: all at once. */
  readonly spreadMs?: number;
  readonly durationMs: number;
  readonly share?: Share;
}

/** Of the duration, at most: the rest shows the whole crowd. */
const SPREAD_PART = 1 / 4;

/** How long the users of such a schedule take to arrive, by the pause of a user between two calls: they are no burst then. */
export function usualSpreadMs(pauseMs: number, durationMs: number): number {
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

export function constantUsersSegments({ users, durationMs, spreadMs = 0 }: ConstantUsers): Segment[] {
  const level = { from: users, to: users, durationMs: durationMs - spreadMs };
  return spreadMs === 0 ? [level] : [{ from: 1, to: users, durationMs: spreadMs }, level];
}

export function describeConstantUsers({ users, durationMs, spreadMs }: ConstantUsers): string {
  const spread = spreadMs === undefined ? '' : `, arriving within the first ${span(spreadMs)}`;
  return `${count(users, 'user')} for ${span(durationMs)}${spread}; participants that leave are replaced.`;
}
