import { mannKendall } from './mann-kendall.ts';

/** `at` in the unit of time of the caller. */
export interface TimedValue {
  readonly at: number;
  readonly value: number;
}

/** A slope in units of the value per unit of time, with its two-sided 95% confidence interval. */
export interface Slope {
  readonly slope: number;
  /** −Infinity and Infinity where the points are too few for an interval: fewer than four. */
  readonly low: number;
  readonly high: number;
  /** The value of the line at time 0: the median of all `value − slope · at`. */
  readonly intercept: number;
}

/** Quantile 0.975 of the normal distribution. */
const Z_95 = 1.959964;

export interface SlopeOptions {
  /** Neighbouring values depend on each other: the interval is wider, as in `mannKendall`. */
  readonly isAutocorrelated?: boolean;
}

/**
 * The median of the slopes of all pairs of points (Theil 1950), which up to 29% of outliers do not move, and its interval
 * by Sen (1968, "Estimates of the Regression Coefficient Based on Kendall's Tau"): the ranks of the slopes around
 * the median, at ± z · √variance of Kendall's score. It compares all pairs, so use at most about 1000 points.
 *
 * @returns undefined without two points at different times
 */
export function theilSen(points: readonly TimedValue[], options: SlopeOptions = {}): Slope | undefined {
  const inTime = [...points].sort((one, other) => one.at - other.at);
  const slopes = slopesOf(inTime);
  if (slopes.length === 0) return undefined;
  const slope = medianOfSorted(slopes);
  const { variance } = mannKendall(
    inTime.map(({ value }) => value),
    options,
  );
  const reach = inTime.length < 4 ? Number.POSITIVE_INFINITY : Z_95 * Math.sqrt(variance);
  const [below, above] = [(slopes.length - reach) / 2, (slopes.length + reach) / 2];
  const intercepts = inTime.map(({ at, value }) => value - slope * at).sort((one, other) => one - other);
  return {
    slope,
    low: slopes[Math.round(below) - 1] ?? Number.NEGATIVE_INFINITY,
    high: slopes[Math.round(above)] ?? Number.POSITIVE_INFINITY,
    intercept: medianOfSorted(intercepts),
  };
}

/** The slopes of all pairs at different times, in ascending order. */
function slopesOf(inTime: readonly TimedValue[]): Float64Array {
  const slopes = new Float64Array((inTime.length * (inTime.length - 1)) / 2);
  let count = 0;
  for (let later = 1; later < inTime.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const span = inTime[later]!.at - inTime[earlier]!.at;
      if (span > 0) slopes[count++] = (inTime[later]!.value - inTime[earlier]!.value) / span;
    }
  }
  return slopes.subarray(0, count).sort();
}

function medianOfSorted(sorted: ArrayLike<number>): number {
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}
