import { expect, test } from '@playwright/test';
import { CountedWindows } from '../../../service/counted-windows.ts';

const WINDOW_MS = 60_000;

function countedBy(windows: CountedWindows, key: string): { current: number; ttl: number } {
  let found: { current: number; ttl: number } | undefined;
  windows.incr(
    key,
    (_error, result) => {
      found = result;
    },
    WINDOW_MS,
  );
  return found!;
}

test('the calls of a user are counted until its window is over', () => {
  let now = 0;
  const windows = new CountedWindows(undefined, () => now);
  expect(countedBy(windows, 'anna')).toEqual({ current: 1, ttl: WINDOW_MS });
  now = 20_000;
  expect(countedBy(windows, 'anna')).toEqual({ current: 2, ttl: 40_000 });
  expect(countedBy(windows, 'ben')).toEqual({ current: 1, ttl: WINDOW_MS });
  now = WINDOW_MS;
  expect(countedBy(windows, 'anna')).toEqual({ current: 1, ttl: WINDOW_MS });
  expect(countedBy(windows, 'ben').current).toBe(2);
});

test('users are forgotten when their windows are over', () => {
  let now = 0;
  const windows = new CountedWindows(undefined, () => now);
  let most = 0;
  for (let user = 0; user < 10_000; user++) {
    now += 60; // 1,000 users in each window
    countedBy(windows, `user ${user}`);
    most = Math.max(most, windows.size);
  }
  expect(most).toBe(1000);
});

test('two groups of routes count separately', () => {
  const windows = new CountedWindows(undefined, () => 0);
  const other = windows.child();
  countedBy(windows, 'anna');
  expect(countedBy(other, 'anna').current).toBe(1);
});
