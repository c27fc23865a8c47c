import { expect, test } from '@playwright/test';
import { sliceCount, sliceNumbers, workersFor } from '../../../src/run/slices.ts';

const alone = { index: 1, of: 1 };

test.describe('How many workers host a crowd?', () => {
  const cases: [users: number, workers: number, shards: number, needed: number][] = [
    [50, 4, 1, 4],
    [3, 4, 1, 3],
    [1, 4, 1, 1],
    [6, 2, 3, 2],
    [6, 4, 3, 2],
    [2, 4, 3, 1],
  ];
  for (const [users, workers, of, needed] of cases) {
    test(`uses ${needed} of ${workers} workers per machine for ${users} users (machines: ${of})`, () => {
      expect(workersFor(users, { workers, shard: { index: 1, of } })).toBe(needed);
    });
  }
});

test('numbers the slices over all machines', () => {
  expect(sliceCount({ workers: 2, shard: alone })).toBe(2);
  expect(sliceNumbers({ workers: 2, shard: alone })).toEqual([1, 2]);
  expect(sliceCount({ workers: 2, shard: { index: 3, of: 3 } })).toBe(6);
  expect(sliceNumbers({ workers: 2, shard: { index: 3, of: 3 } })).toEqual([5, 6]);
});
