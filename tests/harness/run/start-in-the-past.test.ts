import { expect, test } from '@playwright/test';
import { startInThePast } from '../../../src/run/prepare-run.ts';

const now = Date.parse('2026-11-24T10:00:00Z');
const at = (secondsAgo: number) => startInThePast(new Date(now - secondsAgo * 1000), now);

test('refuses a START_AT that is more than 60 s in the past', () => {
  expect(startInThePast(undefined, now)).toEqual([]);
  expect([at(-600), at(0), at(60)]).toEqual([[], [], []]);
  expect(at(61)).toEqual([
    'START_AT: "2026-11-24T09:58:59.000Z" was 61 s ago, and a machine may be at most 60 s late. Use a future instant, or unset it.',
  ]);
});
