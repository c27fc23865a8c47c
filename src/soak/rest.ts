import { mannKendall } from '../statistics/mann-kendall.ts';
import type { TimedValue } from '../statistics/theil-sen.ts';
import type { MetricVerdict } from './evidence.ts';
import { risesInBothHalves } from './growth.ts';

/** With five rests, a rise after each round has a probability of 1/120 by chance; with four, of 1/24. */
export const FEWEST_RESTS = 5;

const SIGNIFICANT = 0.01;

/** The part of the rounds, in each half, that must end with a new highest value. */
const RISING_ROUNDS = 0.6;

/** Four rests are enough if they rise by equal steps: each one within this factor of the others. */
const EQUAL_STEPS = 1.5;

/** A smaller rise in four rests may be chance. */
const LEAST_EQUAL_STEP = 3;

/**
 * Whether a count returned to rest. The first rest is the one after round 1, because a pool fills with the first crowd.
 * - `flat`: the last rest is not above all earlier ones, or what rose has stopped.
 * - `grows`: a leak rises in each round. So 60% of the rounds of each half end with a new highest value (a pool
 *   that is as large as its busiest moment sets one in every k-th round by chance, so soon in none), the second half rises at
 *   least 60% as fast as the first (a cache with a limit does not), and the order has p < 0.01 (Mann–Kendall).
 * - `unsettled`: it still rises, but not in each round: a pool, a cache, or a leak of every n-th session.
 *
 * @param rests one value per round, in order; `at` is the number of the round
 */
export function judgeRests(rests: readonly TimedValue[]): MetricVerdict['verdict'] {
  const values = rests.map(({ value }) => value);
  const isAboveRest = values.at(-1)! > Math.max(...values.slice(0, -1).slice(0, 2));
  if (values.length < 2) return 'too short';
  if (!isAboveRest) return 'flat';
  if (values.length < FEWEST_RESTS) return risesEqually(values) ? 'grows' : 'too short';
  const records = highestValues(values);
  const middle = Math.ceil(values.length / 2);
  const later = records.slice(middle);
  const isSignificant = mannKendall(values).pValue < SIGNIFICANT;
  // Round 1 is always the highest so far.
  const inEachRound = [records.slice(1, middle), later].every(
    (half) => half.filter(Boolean).length >= RISING_ROUNDS * half.length,
  );
  if (isSignificant && inEachRound && risesInBothHalves(rests)) return 'grows';
  return isSignificant && later.filter(Boolean).length > 1 ? 'unsettled' : 'flat';
}

/** For each value, whether it is above all earlier ones. */
function highestValues(values: readonly number[]): boolean[] {
  let highest = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    const isHigher = value > highest;
    highest = Math.max(highest, value);
    return isHigher;
  });
}

function risesEqually(values: readonly number[]): boolean {
  const steps = values.slice(1).map((value, index) => value - values[index]!);
  return (
    steps.length >= 3 &&
    Math.min(...steps) >= LEAST_EQUAL_STEP &&
    Math.max(...steps) <= EQUAL_STEPS * Math.min(...steps)
  );
}
