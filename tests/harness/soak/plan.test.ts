import { expect, test } from '@playwright/test';
import { divide } from '../../../src/soak/plan.ts';

const MINUTE_MS = 60_000;

test.describe('the rounds of a soak', () => {
  const cases: [minutes: number, rounds: number | undefined, ReturnType<typeof divided>][] = [
    [1, undefined, { rounds: 3, workS: 10, restS: 10, everyS: 1 }],
    [6, undefined, { rounds: 12, workS: 15, restS: 15, everyS: 1 }],
    [10, undefined, { rounds: 12, workS: 35, restS: 15, everyS: 1.7 }],
    [60, undefined, { rounds: 12, workS: 240, restS: 60, everyS: 5 }],
    [120, undefined, { rounds: 12, workS: 540, restS: 60, everyS: 5 }],
    [480, undefined, { rounds: 48, workS: 540, restS: 60, everyS: 5 }],
    [120, 24, { rounds: 24, workS: 240, restS: 60, everyS: 5 }],
  ];
  function divided(minutes: number, rounds?: number) {
    const division = divide({ forMs: minutes * MINUTE_MS, ...(rounds ? { rounds } : {}) });
    const { workMs, restMs, sampleEveryMs } = division;
    expect((workMs + restMs) * division.rounds).toBeCloseTo(minutes * MINUTE_MS, -3);
    const everyS = Math.round(sampleEveryMs / 100) / 10;
    return { rounds: division.rounds, workS: workMs / 1000, restS: restMs / 1000, everyS };
  }
  for (const [minutes, rounds, expected] of cases)
    test(`${minutes} min in ${rounds ?? 'the usual'} rounds`, () =>
      expect(divided(minutes, rounds)).toEqual(expected));
});

test('a soak that is too short says so, with the time that is enough', () => {
  expect(divide({ forMs: 2 * MINUTE_MS }).tooShort).toBe(
    'A soak of 2:00 with 4 rounds is too short for a verdict on each metric. Soak for at least 6:00, with 12 rounds or more.',
  );
  expect(divide({ forMs: 60 * MINUTE_MS, rounds: 3 }).tooShort).toBe(
    'A soak of 1:00:00 with 3 rounds is too short for a verdict on each metric. Use at least 12 rounds of 30 s or more.',
  );
  expect(divide({ forMs: 6 * MINUTE_MS }).tooShort).toBeUndefined();
});
