import { expect, test } from '@playwright/test';
import { browserSchedule } from '../../../src/crowd/browser-schedule.ts';
import {
  constantUsers,
  durationMs,
  isArrivals,
  peakUsers,
  type Schedule,
  sessions,
  simultaneously,
  sliceOf,
  usersAt,
} from '../../../src/crowd/schedules/index.ts';

const minute = sessions({ everyMs: 100, durationMs: 60_000, atMostUsers: 50 });

function usersOf(schedule: Schedule, ...atMs: number[]): number[] {
  if (isArrivals(schedule)) throw new TypeError('browser participants are held, not let arrive');
  return atMs.map((elapsedMs) => usersAt(schedule, elapsedMs));
}

test.describe('schedule of the browser participants', () => {
  test('starts browser participants one second apart and keeps their number to the end', () => {
    const schedule = browserSchedule(minute, 3);
    expect(usersOf(schedule, 0, 999, 1000, 2000, 30_000, 59_999, 60_000)).toEqual([1, 1, 2, 3, 3, 3, 0]);
    expect(durationMs(schedule)).toBe(60_000);
  });

  test('starts all browser participants within the first quarter of the run', () => {
    for (const [beside, users] of [
      [minute, 20],
      [constantUsers(5, { durationMs: 4000 }), 2],
      [constantUsers(5, { durationMs: 4000 }), 40],
    ] as const) {
      const wholeMs = durationMs(beside);
      const schedule = browserSchedule(beside, users);
      expect(usersOf(schedule, 0, wholeMs / 4, wholeMs - 1)).toEqual([1, users, users]);
      expect(durationMs(schedule)).toBeCloseTo(wholeMs, 6);
    }
  });

  test('divides the browser participants among the slices', () => {
    const slices = [1, 2].map((index) => sliceOf(browserSchedule(minute, 3), index, 2));
    expect(slices.map((slice) => usersOf(slice, 0, 1000, 2000))).toEqual([
      [1, 1, 2],
      [0, 1, 1],
    ]);
  });

  test('starts a single browser participant at the start', () => {
    expect(usersOf(browserSchedule(minute, 1), 0, 59_999)).toEqual([1, 1]);
  });

  test('starts browser participants at once beside simultaneous users', () => {
    const schedule = browserSchedule(simultaneously(100), 4);
    expect(usersOf(schedule, 0, 1)).toEqual([4, 0]);
    expect(peakUsers(schedule)).toBe(4);
  });
});
