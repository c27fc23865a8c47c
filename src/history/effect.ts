import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { Metric } from './metrics.ts';

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
const leastEffects: Readonly<Record<Metric['kind'], LeastEffect>> = {
  p50: { relative: 0.12, betweenRuns: 5, overSeries: 0.3 },
  p95: { relative: 0.25, betweenRuns: 15, overSeries: 3 },
  p99: { relative: 0.5, betweenRuns: 20, overSeries: 10 },
  'error rate': { relative: 0, betweenRuns: 1, overSeries: 1 },
  share: { relative: 0, betweenRuns: 1, overSeries: 1 },
  figure: { relative: 0.12, betweenRuns: 0, overSeries: 0 },
};

/** Percentages are mostly 0 or 100: they differ by percentage points, not by factors. */
function isShare(kind: Metric['kind']): boolean {
  return kind === 'error rate' || kind === 'share';
}

/** How much worse `after` is than `before`, in the unit of the metric; negative for better. */
export function worseBy({ better }: Metric, before: number, after: number): number {
  return better === 'lower' ? after - before : before - after;
}

/** Whether a change, in either direction, is large enough to be reported. */
export function isLarge(
  { kind }: Metric,
  before: number,
  after: number,
  against: 'betweenRuns' | 'overSeries',
): boolean {
  const { relative, [against]: absolute } = leastEffects[kind];
  const change = Math.abs(after - before);
  return change > 0 && change >= absolute && change >= relative * Math.abs(before) * (1 - 1e-9);
}

/** The least change of a series that counts, on the scale of the metric. */
export function leastStep({ kind }: Metric): number {
  const { relative, overSeries } = leastEffects[kind];
  return isShare(kind) ? overSeries : Math.log(1 + relative);
}

/**
 * The scale of a metric's values: latencies and figures vary by factors, so their logarithms
 * vary evenly; rates, which are mostly zero, are not transformed.
 */
export function scaleOf({ kind }: Metric): (value: number) => number {
  if (isShare(kind)) return (value) => value;
  return (value) => Math.log(Math.max(value, 1e-6));
}

/** The inverse of `scaleOf`. */
export function unscaledOf({ kind }: Metric): (scaled: number) => number {
  return isShare(kind) ? (scaled) => scaled : Math.exp;
}

/** The least spread that counts, on the scale of the metric: half a percent, or 0.05 percentage points. */
export function resolutionOf({ kind }: Metric): number {
  return isShare(kind) ? 0.05 : 0.005;
}

/**
 * The standard deviation between runs, on the scale of the metric, from the differences of neighbours: a step between
 * two runs, or one outlier, changes it little. Undefined with fewer than five runs.
 */
export function spreadOf(metric: Metric, values: readonly number[]): number | undefined {
  if (values.length < 5) return undefined;
  const scaled = values.map(scaleOf(metric));
  const steps = scaled.slice(1).map((value, position) => value - scaled[position]!);
  const typical = median(steps);
  const spread = 1.4826 * medianAbsoluteDeviation(steps.map((step) => step - typical));
  return Math.max(spread / Math.SQRT2, resolutionOf(metric));
}
