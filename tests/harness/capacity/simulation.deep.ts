import { expect, test } from '@playwright/test';
import { NOISES } from './simulated-service.ts';
import { naiveRamp, type Outcome, promises, quantile, serviceOf, worstOf } from './simulation.ts';

const SEARCHES = 400;
const IN_PARTS = 8;

const outcomes: Outcome[] = [];

test.describe.configure({ mode: 'serial', timeout: 300_000 });

for (let part = 0; part < IN_PARTS; part++) {
  const [from, to] = [(SEARCHES / IN_PARTS) * part, (SEARCHES / IN_PARTS) * (part + 1)];
  test(`searches ${from + 1} to ${to} of ${SEARCHES} have an answer in time`, () => {
    outcomes.push(...promises({ from, to, perSecond: [20, 2000] }));
    expect(Math.max(...outcomes.map(({ endMs }) => endMs))).toBeLessThanOrEqual(15 * 60_000);
  });
}

test('at most 2% promise more than 5% too much, and nine of ten are within 10%', () => {
  expect(outcomes).toHaveLength(SEARCHES);
  for (const axis of ['users', 'arrivals'] as const)
    for (const noise of NOISES) {
      const own = outcomes.filter(({ service }) => service.axis === axis && service.noise === noise);
      const minutes = own.map(({ endMs }) => endMs / 60_000);
      const [tooMuch, near] = [own.filter((one) => one.isTooMuch), own.filter((one) => one.isWithin10)];
      console.log(
        `${axis}, ${noise}: ${own.length} searches, ${tooMuch.length} too much, ${near.length} within 10%, median ${quantile(minutes, 0.5).toFixed(1)} min`,
      );
    }
  expect(worstOf(outcomes, ({ isTooMuch }) => isTooMuch).length).toBeLessThanOrEqual(0.02 * SEARCHES);
  expect(worstOf(outcomes, ({ isWithin10 }) => !isWithin10).length).toBeLessThanOrEqual(0.1 * SEARCHES);
  const minutes = outcomes.map(({ endMs }) => endMs / 60_000);
  expect(quantile(minutes, 0.5)).toBeGreaterThan(5);
  expect(quantile(minutes, 0.5)).toBeLessThan(7.5);
});

test('a naive ramp promises more than 5% too much in most of the same services', () => {
  const ramps = Array.from({ length: 60 }, (_, index) => naiveRamp(serviceOf(index, [20, 500])));
  const tooMuch = ramps.filter((excess) => excess > 0.05);
  console.log(`naive ramp: ${tooMuch.length} of ${ramps.length} too much`);
  expect(tooMuch.length).toBeGreaterThan(0.8 * ramps.length);
});
