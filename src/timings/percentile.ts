import type { LatencyHistogram } from './latency-histogram.ts';

/** A percentile that enough samples support. */
export interface Percentile {
  readonly valueMs: number;
  /** Bounds of the 95 % confidence interval; `highMs` is null where the samples give no upper bound. */
  readonly lowMs: number;
  readonly highMs: number | null;
  readonly count: number;
}

/** Too few samples: the percentile would be nothing but the maximum. */
export interface TooFewSamples {
  readonly count: number;
  readonly needed: number;
}

const Z_95 = 1.959964;

/** The fewest samples whose `quantile` is not simply their maximum: 2 for P50, 20 for P95, 100 for P99. */
export function samplesNeeded(quantile: number): number {
  // The rounding of 1 − 0.9999 must not ask for one sample more.
  return Math.ceil((1 / (1 - quantile)) * (1 - 1e-9));
}

/**
 * The `quantile` (0.95 for P95) by nearest rank, with its distribution-free interval from order statistics:
 * the ranks n·q ± z·sqrt(n·q·(1−q)), rounded outwards (Conover, Practical Nonparametric Statistics, 3.2; normal
 * approximation). It covers the true value in 95 % of all cases or, where samples are few, in a little more.
 */
export function percentile(latencies: LatencyHistogram, quantile: number): Percentile | TooFewSamples {
  const { count } = latencies;
  const needed = samplesNeeded(quantile);
  if (count < needed) return { count, needed };
  const spread = Z_95 * Math.sqrt(count * quantile * (1 - quantile));
  const lowRank = Math.max(1, Math.floor(count * quantile - spread));
  const highRank = Math.ceil(count * quantile + spread) + 1;
  return {
    valueMs: latencies.valueAtRank(Math.ceil(count * quantile * (1 - 1e-12))),
    lowMs: latencies.valueAtRank(lowRank),
    highMs: highRank > count ? null : latencies.valueAtRank(highRank),
    count,
  };
}
