import { mannKendall } from '../statistics/mann-kendall.ts';
import { type Slope, type TimedValue, theilSen } from '../statistics/theil-sen.ts';
import type { MetricVerdict } from './evidence.ts';

/** The first part of a soak, in which caches fill and code is compiled. It says nothing about growth. */
export const WARM_UP = 0.4;

/** With fewer blocks, only a rise in almost every block would be significant, and a half has too few blocks for a rise. */
export const FEWEST_BLOCKS = 7;

/** The probability of a rise by chance. */
const SIGNIFICANT = 0.01;

/** A second half that rises less than this part of the first one is a warm-up that has not ended. */
const STEADY = 0.6;

/** A larger part of the rise in one step is a step: a pool that was enlarged, a cache that was filled. */
const LARGEST_STEP = 0.5;

/**
 * Standard errors by which the second half must exceed that part if the values rose faster before: then they may still be
 * in a warm-up, whose end a few noisy blocks may hide.
 */
const CERTAIN = 1;

/** The part of the warm-up that says nothing about its end: even the shortest warm-up rises in it. */
export const START = 0.1;

/** Before, the values rose faster if they rose this many times as fast. */
const FASTER = 1.5;

/** The median distance from 0 of normal noise with a standard deviation of 1. */
const NORMAL_MEDIAN = 0.6745;

/** With fewer blocks, an autocorrelation cannot be told from chance. */
const FEWEST_FOR_AUTOCORRELATION = 12;

/** A value of a block of time. `sessions`: those that were started up to then; absent if they are not known. */
export interface Block extends TimedValue {
  readonly sessions?: number;
}

export interface Growth {
  readonly verdict: MetricVerdict['verdict'];
  /** Per ms; undefined if the points are too few. */
  readonly slope: Slope | undefined;
}

/**
 * Whether values grow without an end. A straight line alone calls a third of all healthy services leaking, so growth needs
 * all of these: Mann–Kendall p < 0.01, a Theil–Sen slope whose interval is above 0, a rise of at least
 * `leastRise`, no step that is half of it, and a rise in both halves. If the second half rises less than 60% of the first
 * one, or the rise is a step, it may end: `unsettled`. The halves are compared over time and over sessions, and one of them
 * is enough: a leak of each session rises less in a time with fewer sessions, as on a machine that became busy.
 *
 * @param blocks one value per block of time, after the warm-up
 * @param before the blocks of the warm-up, without its start
 */
export function growthOf(blocks: readonly Block[], leastRise: number, before: readonly Block[] = []): Growth {
  const options = { isAutocorrelated: blocks.length >= FEWEST_FOR_AUTOCORRELATION };
  const slope = theilSen(blocks, options);
  if (blocks.length < FEWEST_BLOCKS || !slope) return { verdict: 'too short', slope: undefined };
  const values = blocks.map(({ value }) => value);
  const rise = slope.slope * (blocks.at(-1)!.at - blocks[0]!.at);
  const isRising = mannKendall(values, options).pValue < SIGNIFICANT && slope.low > 0 && rise >= leastRise;
  if (!isRising) return { verdict: 'flat', slope };
  const isSteady =
    highestStep(values) < LARGEST_STEP * rise &&
    (risesSteadily(blocks, before) || risesSteadily(overSessions(blocks), overSessions(before)));
  return { verdict: isSteady ? 'grows' : 'unsettled', slope };
}

/** Whether the second half rises about as fast as the first one, and surely if the values rose faster before. */
function risesSteadily(blocks: readonly TimedValue[], before: readonly TimedValue[]): boolean {
  const slope = theilSen(blocks);
  if (!slope) return false;
  const slopeBefore = theilSen([...before, blocks[0]!])?.slope ?? Number.POSITIVE_INFINITY;
  const errors = slopeBefore > FASTER * slope.slope ? CERTAIN : 0;
  return risesInBothHalves(blocks, errors * noiseAround(blocks, slope));
}

/** The same values with sessions in the place of time; empty if sessions are not known. */
function overSessions(blocks: readonly Block[]): TimedValue[] {
  return blocks.flatMap(({ value, sessions }) => (sessions === undefined ? [] : [{ at: sessions, value }]));
}

function highestStep(values: readonly number[]): number {
  return Math.max(...values.slice(1).map((value, index) => value - values[index]!));
}

/**
 * Whether the second half rises at least 60% as fast as the first. The block in the middle belongs to both.
 * @param noise standard deviation of the values around their line; 0 for exact values
 */
export function risesInBothHalves(blocks: readonly TimedValue[], noise = 0): boolean {
  const middle = Math.floor(blocks.length / 2);
  const halves = [blocks.slice(0, blocks.length - middle), blocks.slice(middle)];
  const [first, second] = halves.map((half) => theilSen(half)?.slope ?? 0) as [number, number];
  const [firstError, secondError] = halves.map((half) => slopeError(half, noise)) as [number, number];
  const error = Math.hypot(secondError, STEADY * firstError);
  return first > 0 && second >= STEADY * first + error;
}

/** The standard error of the slope of a line through values with this noise (least squares; Theil–Sen is nearly as good). */
function slopeError(blocks: readonly TimedValue[], noise: number): number {
  const mean = blocks.reduce((sum, { at }) => sum + at, 0) / blocks.length;
  return noise / Math.sqrt(blocks.reduce((sum, { at }) => sum + (at - mean) ** 2, 0));
}

/** The standard deviation of the values around a line, from the median distance, which outliers do not move. */
function noiseAround(blocks: readonly TimedValue[], { slope, intercept }: Slope): number {
  const distances = blocks.map(({ at, value }) => Math.abs(value - intercept - slope * at));
  distances.sort((one, other) => one - other);
  return distances[Math.floor(distances.length / 2)]! / NORMAL_MEDIAN;
}
