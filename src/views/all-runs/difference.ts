import { isLarge } from '../../history/least-effect.ts';
import type { PercentileWithin } from './curves/schema.ts';

/**
 * - `alike`: the confidence intervals overlap, so the difference may be chance.
 * - `small`: it is beyond chance, but too small to matter.
 * - `unknown`: a run has too few samples.
 */
export type Difference = 'alike' | 'small' | 'worse' | 'better' | 'unknown';

/** Standard deviations of a 95% interval. */
const Z_95 = 1.959964;

/**
 * Whether B differs from A beyond chance: their 95% intervals do not overlap. Without any difference, this happens in about
 * one of 180 comparisons of two percentiles. It is not corrected for the number of comparisons; `npx fullhouse compare` is.
 */
export function percentileDifference(
  kind: 'p50' | 'p95' | 'p99',
  a: PercentileWithin | null,
  b: PercentileWithin | null,
): Difference {
  if (a === null || b === null) return 'unknown';
  return differenceOf(kind, { value: a[0], low: a[1], high: a[2] }, { value: b[0], low: b[1], high: b[2] });
}

export interface Failures {
  readonly count: number;
  readonly failed: number;
}

/** The same for error rates. */
export function errorRateDifference(a: Failures, b: Failures): Difference {
  if (a.count === 0 || b.count === 0) return 'unknown';
  return differenceOf('error rate', wilson(a), wilson(b));
}

interface Within {
  readonly value: number;
  readonly low: number;
  readonly high: number | null;
}

function differenceOf(kind: 'p50' | 'p95' | 'p99' | 'error rate', a: Within, b: Within): Difference {
  const isHigher = b.low > (a.high ?? Number.POSITIVE_INFINITY);
  const isLower = a.low > (b.high ?? Number.POSITIVE_INFINITY);
  if (!isHigher && !isLower) return 'alike';
  if (!isLarge({ kind }, a.value, b.value, 'betweenRuns')) return 'small';
  return isHigher ? 'worse' : 'better';
}

/** The error rate in percent with the 95% interval of Wilson (1927), which is also valid for rare failures. */
function wilson({ count, failed }: Failures): Within {
  const part = failed / count;
  const square = Z_95 ** 2 / count;
  const middle = (part + square / 2) / (1 + square);
  const half = (Z_95 / (1 + square)) * Math.sqrt((part * (1 - part)) / count + square / (4 * count));
  return {
    value: part * 100,
    low: Math.max(0, middle - half) * 100,
    high: Math.min(1, middle + half) * 100,
  };
}
