import { constantUsers, durationMs, type Schedule, steps } from './schedules/index.ts';

/** Opening a page keeps a processor busy for most of a second; the next page waits this long. */
const APART_MS = 1000;
/** The part of the schedule within which all browsers arrive. */
const OPENING_PART = 1 / 4;

/**
 * The schedule of browser participants beside a crowd with the schedule `beside`: they arrive one after the other until
 * all `users` are active, and are replaced until the end. With simultaneous arrivals, they also arrive at once, and
 * once.
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
