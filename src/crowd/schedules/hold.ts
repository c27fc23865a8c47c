import { durationOf, usersOf } from './defaults.ts';
import type { ClosedKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, refuse, users as userCount } from './rules.ts';
import { timeMs } from './text.ts';
import { count, span } from './wording.ts';

/** Users arrive one after the other until all are active, and are held until the end. */
export interface Hold extends ScheduleData {
  readonly kind: 'hold';
  readonly users: number;
  /** The time until all have arrived; part of `durationMs`. */
  readonly openingMs: number;
  readonly durationMs: number;
}

/**
 * The longest interval between two arrivals: a small crowd arrives quickly, and a large one does not arrive at once.
 */
const EVERY_MS = 100;
/** The largest part of the duration for arrivals: in the rest, the whole crowd is active. */
const OPENING_PART = 1 / 4;

export function hold(users: number, settings: { durationMs: number; openingMs?: number | undefined }): Hold {
  const { durationMs } = settings;
  const { openingMs = Math.min(users * EVERY_MS, durationMs * OPENING_PART) } = settings;
  const rules = { users: userCount, openingMs: duration, durationMs: duration };
  const mistakes = brokenRules({ users, openingMs, durationMs }, rules);
  if (openingMs > durationMs)
    mistakes.push(`openingMs is ${openingMs}, but must be at most durationMs, which is ${durationMs}`);
  refuse('hold', mistakes);
  return { kind: 'hold', users, openingMs, durationMs };
}

export const holdKind: ClosedKind<Hold> = {
  kind: 'hold',
  isOpen: false,
  usage: '[USERS] [within TIME] [for TIME]',
  example: 'hold 200 within 30s for 120s',
  parse(parts, defaults) {
    const openingMs = timeMs(parts.within);
    return hold(usersOf(parts, defaults), { durationMs: durationOf(parts, defaults), openingMs });
  },
  describe: ({ users, openingMs, durationMs }) =>
    `${count(users, 'user')} within ${span(openingMs)}, held until ${span(durationMs)}; participants that leave are replaced.`,
  segments: ({ users, openingMs, durationMs }) => [
    { from: 1, to: users, durationMs: openingMs },
    { from: users, to: users, durationMs: durationMs - openingMs },
  ],
};
