import { expect, test } from '@playwright/test';
import { socketIoDefaults } from '../../../../src/meetings/reconnect-policy.ts';
import { backoffMs } from '../../../../src/meetings/socket/backoff.ts';

const ranges = [
  [551, 1499],
  [1101, 2999],
  [2201, 5000],
  [4401, 5000],
  [5000, 5000],
  [5000, 5000],
] as const;

test('Socket.IO waits double each time, vary by half and never exceed the cap', () => {
  for (const [attempt, [least, most]] of ranges.entries()) {
    const waits = Array.from({ length: 10_000 }, (_, index) =>
      backoffMs(socketIoDefaults, attempt, index / 10_000),
    );
    expect([Math.min(...waits), Math.max(...waits)]).toEqual([least, most]);
  }
});

test('the fourth Socket.IO wait is the cap in nine of ten cases', () => {
  const waits = Array.from({ length: 1000 }, (_, index) => backoffMs(socketIoDefaults, 3, index / 1000));
  expect(waits.filter((ms) => ms === 5000).length / waits.length).toBeCloseTo(0.9, 1);
});

test('Socket.IO waits without variation double up to the cap', () => {
  const policy = { ...socketIoDefaults, factor: 0 };
  expect([0, 1, 2, 3, 9].map((attempt) => backoffMs(policy, attempt, 0.37))).toEqual([
    1000, 2000, 4000, 5000, 5000,
  ]);
});
