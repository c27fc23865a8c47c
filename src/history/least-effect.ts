/** `share`: a figure in percent. `capacity`: the answer of a search, which has a resolution. */
export type MetricKind = 'p50' | 'p95' | 'p99' | 'error rate' | 'share' | 'figure' | 'capacity';

/**
 * The smallest change that is reported. All limits must be exceeded: a p-value alone proves nothing, because with 100
 * samples any two runs on the same machine differ significantly (Laaber et al. 2018, "Performance Testing in the Cloud.
 * How Bad is it Really?", found very many false positives of the rank-sum test alone, in all configurations).
 */
interface LeastEffect {
  /** As a part of the earlier value. */
  readonly relative: number;
  /** Between two single runs, in the unit of the metric. */
  readonly betweenRuns: number;
  /** Over a series, whose own spread is known and judged too, in the unit of the metric. */
  readonly overSeries: number;
}

/**
 * Measured: nine benchmarks whose median calls take 0.6 to 1.4 ms, on two cores that others used as well. In 16 runs at
 * a load average of up to 4.5, P50 rose by up to 4.7 ms (a call then waits for a slice or two of the scheduler) and P95
 * by up to 15 ms, once 16. Both are too small to notice, and prove nothing between two runs. Among the 120 pairs of
 * these runs, 4 are reported as different with these limits, each in one of 18 metrics; a benchmark is then measured
 * again.
 */
export const leastEffects: Readonly<Record<MetricKind, LeastEffect>> = {
  p50: { relative: 0.12, betweenRuns: 5, overSeries: 0.3 },
  p95: { relative: 0.25, betweenRuns: 15, overSeries: 3 },
  p99: { relative: 0.5, betweenRuns: 20, overSeries: 10 },
  'error rate': { relative: 0, betweenRuns: 1, overSeries: 1 },
  share: { relative: 0, betweenRuns: 1, overSeries: 1 },
  figure: { relative: 0.12, betweenRuns: 0, overSeries: 0 },
  // Its resolution, see `leastPart`.
  capacity: { relative: 0.05, betweenRuns: 0, overSeries: 0 },
};

/** A metric as far as its least effect depends on it. */
interface Judged {
  readonly kind: MetricKind;
  readonly resolution?: number;
}

/**
 * The least change that counts, as a part of the earlier value. The level that a search finds lies anywhere within its
 * resolution, so two single searches must differ by twice as much.
 */
export function leastPart({ kind, resolution }: Judged, against: 'betweenRuns' | 'overSeries'): number {
  const { relative } = leastEffects[kind];
  if (kind !== 'capacity') return relative;
  return (resolution ?? relative) * (against === 'betweenRuns' ? 2 : 1);
}

/** Whether a change, in either direction, is large enough to be reported. */
export function isLarge(
  metric: Judged,
  before: number,
  after: number,
  against: 'betweenRuns' | 'overSeries',
): boolean {
  const { [against]: absolute } = leastEffects[metric.kind];
  const relative = leastPart(metric, against);
  const change = Math.abs(after - before);
  return change > 0 && change >= absolute && change >= relative * Math.abs(before) * (1 - 1e-9);
}
