import { constantUsers, durationMs, type Schedule, steps } from './schedules/index.ts';

/** Opening a page keeps a processor busy for most of a second; so long the next one waits. */
const APART_MS = 1000;
/** Of the schedule, at most, until all are there. */
const OPENING_PART = 1 / 4;

/**
 * When browser participants come beside a crowd of that schedule: one after the other until all `users` are there, and
 * then session follows session as long as it lasts. Beside everybody at once, they come at once too, and once.
 */
export function browserSchedule(beside: Schedule, users: number): Schedule {
  const wholeMs = durationMs(beside);
  if (wholeMs === 0) return constantUsers(users, { durationMs: 1 });
  const apartMs = Math.min(APART_MS, (wholeMs * OPENING_PART) / users);
  const opening = Array.from({ length: users - 1 }, (_, before) => ({
    users: before + 1,
    durationMs: apartMs,
  }));
  return steps([...opening, { users, durationMs: wholeMs - opening.length * apartMs }]);
}
