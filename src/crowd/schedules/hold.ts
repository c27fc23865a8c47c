import { brokenRules, duration, refuse, users as userCount } from './rules.ts';
import type { Segment } from './segments.ts';
import type { Share } from './share.ts';
import { count, span } from './wording.ts';

/** Users arrive one after the other until all are there, and are held until the end. */
export interface Hold {
  readonly kind: 'hold';
  readonly users: number;
  /** Until all are there; part of `durationMs`. */
  readonly openingMs: number;
  readonly durationMs: number;
  readonly share?: Share;
}

/** Between two arrivals, at most: a small crowd is there at once, and no service is asked for everything at once. */
const EVERY_MS = 100;
/** Of the duration, at most: the rest shows the whole crowd. */
const OPENING_PART = 1 / 4;

export function hold(users: number, settings: { durationMs: number; openingMs?: number }): Hold {
  const { durationMs } = settings;
  const { openingMs = Math.min(users * EVERY_MS, durationMs * OPENING_PART) } = settings;
  const rules = { users: userCount, openingMs: duration, durationMs: duration };
  const mistakes = brokenRules({ users, openingMs, durationMs }, rules);
  if (openingMs > durationMs)
    mistakes.push(`openingMs is ${openingMs}, but must be at most durationMs, which is ${durationMs}`);
  refuse('hold', mistakes);
  return { kind: 'hold', users, openingMs, durationMs };
}

export function holdSegments({ users, openingMs, durationMs }: Hold): Segment[] {
  return [
    { from: 1, to: users, durationMs: openingMs },
    { from: users, to: users, durationMs: durationMs - openingMs },
  ];
}

export function describeHold({ users, openingMs, durationMs }: Hold): string {
  return `${count(users, 'user')} within ${span(openingMs)}, held until ${span(durationMs)}; participants that leave are replaced.`;
}
