import { binomialDistribution } from 'simple-statistics';
import type { LatencyHistogram } from './latency-histogram.ts';

/** A percentile that enough samples support. */
export interface Percentile {
  readonly valueMs: number;
  /** Bounds of the 95% confidence interval; `highMs` is null where the samples give no upper bound. */
  readonly lowMs: number;
  readonly highMs: number | null;
  readonly count: number;
}

/** Too few samples: the percentile would only be the maximum. */
export interface TooFewSamples {
  readonly count: number;
  readonly needed: number;
}

const Z_95 = 1.959964;

/** The probability on each side of the interval. */
const TAIL = 0.025;

/** Up to this number of samples, the ranks come from the binomial distribution itself. */
const EXACT_UP_TO = 1000;

/** The fewest samples whose `quantile` is not simply their maximum: 2 for P50, 20 for P95, 100 for P99. */
export function samplesNeeded(quantile: number): number {
  // The rounding of 1 − 0.9999 must not require one more sample.
  return Math.ceil((1 / (1 - quantile)) * (1 - 1e-9));
}

/**
 * The `quantile` (0.95 for P95) by nearest rank, with its distribution-free interval from order statistics: it lies
 * between the r-th and the s-th smallest when r ≤ Binomial(n, q) < s (Conover, Practical Nonparametric Statistics,
 * 3.2). It contains the true value in 95% of all cases or, with few samples, slightly more.
 */
export function percentile(latencies: LatencyHistogram, quantile: number): Percentile | TooFewSamples {
  const { count } = latencies;
  const needed = samplesNeeded(quantile);
  if (count < needed) return { count, needed };
  const [low, high] = count <= EXACT_UP_TO ? exactRanks(count, quantile) : normalRanks(count, quantile);
  return {
    valueMs: latencies.valueAtRank(nearestRank(count, quantile)),
    lowMs: latencies.valueAtRank(low),
    highMs: high > count ? null : latencies.valueAtRank(high),
    count,
  };
}

/**
 * Several quantiles, the lowest first, without their intervals, which cost far more than the values; null for a
 * quantile with too few samples.
 */
export function quantilesMs(latencies: LatencyHistogram, quantiles: readonly number[]): (number | null)[] {
  const { count } = latencies;
  const supported = quantiles.filter((quantile) => count >= samplesNeeded(quantile));
  const values = latencies.valuesAtRanks(supported.map((quantile) => nearestRank(count, quantile)));
  return quantiles.map((_, index) => values[index] ?? null);
}

function nearestRank(count: number, quantile: number): number {
  return Math.ceil(count * quantile * (1 - 1e-12));
}

/** The narrowest ranks that leave at most 2.5% on either side; the upper one is above `count` where no rank does. */
function exactRanks(count: number, quantile: number): [low: number, high: number] {
  let [low, below] = [1, 0];
  for (const [successes, chance] of binomialDistribution(count, quantile)!.entries()) {
    below += chance;
    if (below <= TAIL) low = successes + 1;
    if (1 - below <= TAIL) return [low, successes + 1];
  }
  return [low, count + 1];
}

/** n·q ± z·sqrt(n·q·(1−q)), rounded outwards. */
function normalRanks(count: number, quantile: number): [low: number, high: number] {
  const spread = Z_95 * Math.sqrt(count * quantile * (1 - quantile));
  return [Math.max(1, Math.floor(count * quantile - spread)), Math.ceil(count * quantile + spread) + 1];
}
