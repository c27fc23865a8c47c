import { expect, test } from '@playwright/test';
import { scheduleOfLevels } from '../../../../src/crowd/levels/schedule-of-levels.ts';
import { describe as sentenceOf } from '../../../../src/crowd/schedules/index.ts';

const bounds = { maxUsers: 500, seed: 1 };
const levels = [
  { level: 10, startedAtMs: 1000, endedAtMs: 21_000 },
  // A step up begins at once, and counts from the next whole second.
  { level: 20, startedAtMs: 22_000, endedAtMs: 40_000 },
  { level: 15, startedAtMs: 50_000, endedAtMs: 70_000 },
];

test('the schedule of a search has its levels and its rests', () => {
  expect(sentenceOf(scheduleOfLevels('users', levels, bounds)!)).toBe(
    '10 users for 21 s, then 20 users for 19 s, then 0 users for 10 s, then 15 users for 20 s; participants that leave are replaced.',
  );
  expect(sentenceOf(scheduleOfLevels('arrivals', levels.slice(0, 1), bounds)!)).toBe(
    '10 arrivals per second for 21 s, on average (Poisson, seed 1), at most 500 users at a time.',
  );
});

test('a search without an ended level has no schedule', () => {
  expect(scheduleOfLevels('users', [], bounds)).toBeUndefined();
});
