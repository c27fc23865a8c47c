import { expect, test } from '@playwright/test';
import { growthOf } from '../../../src/soak/growth.ts';

const blocks = (values: readonly number[]) => values.map((value, at) => ({ at, value }));
const verdict = (values: readonly number[], before: readonly number[] = []) =>
  growthOf(
    blocks(values).map(({ at, value }) => ({ at: at + before.length, value })),
    10,
    blocks(before),
  ).verdict;

test.describe('growth of floors', () => {
  const cases: [string, number[], ReturnType<typeof verdict>][] = [
    ['six blocks', [1, 20, 40, 60, 80, 100], 'too short'],
    ['a constant', [100, 100, 100, 100, 100, 100, 100], 'flat'],
    ['noise', [100, 104, 98, 103, 99, 105, 101], 'flat'],
    ['a fall', [160, 150, 140, 130, 120, 110, 100], 'flat'],
    ['a rise', [100, 110, 120, 130, 140, 150, 160], 'grows'],
    ['a rise with noise', [100, 113, 118, 135, 138, 152, 159], 'grows'],
    ['a rise that is too small', [100, 101, 102, 103, 104, 105, 106], 'flat'],
    ['a rise that slows down', [100, 120, 135, 145, 150, 153, 155], 'unsettled'],
    ['a rise in the first half only', [100, 110, 120, 130, 131, 132, 133], 'unsettled'],
    ['a step', [100, 101, 102, 160, 161, 162, 163], 'unsettled'],
    ['a rise in the second half only', [100, 100.1, 100.2, 100.3, 120, 140, 160], 'grows'],
  ];
  for (const [name, values, expected] of cases)
    test(`${name}: ${expected}`, () => expect(verdict(values)).toBe(expected));
});

test('values that rose faster in the warm-up must rise more certainly', () => {
  const noisy = [100, 122, 130, 150, 158, 172, 180];
  expect(verdict(noisy, [70, 80, 90])).toBe('grows');
  expect(verdict(noisy, [0, 40, 70])).toBe('unsettled');
});

test('a rise with its slope per unit of time and its interval', () => {
  const { slope } = growthOf(blocks([100, 113, 118, 135, 138, 152, 159]), 10);
  expect(slope!.slope).toBeGreaterThan(9);
  expect(slope!.slope).toBeLessThan(11);
  expect(slope!.low).toBeLessThan(slope!.slope);
  expect(slope!.high).toBeGreaterThan(slope!.slope);
});

test('a leak of each session grows steadily over sessions, also if a busy machine has fewer of them later', () => {
  const [rate, minute] = [1000, 60_000];
  const sessionsOf = [700, 700, 700, 700, 250, 250, 250];
  let sessions = 0;
  const blocks = sessionsOf.map((more, index) => {
    sessions += more;
    return { at: index * minute, value: sessions * rate, sessions };
  });
  expect(growthOf(blocks, 100_000).verdict).toBe('grows');
  const withoutSessions = blocks.map(({ at, value }) => ({ at, value }));
  expect(growthOf(withoutSessions, 100_000).verdict).toBe('unsettled');
});
