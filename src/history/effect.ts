import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { Metric } from './metrics.ts';

/**
 * The least change that somebody would notice, and that the noise between two runs does not reach by itself. Both must
 * be exceeded.
 */
interface LeastEffect {
  /** Part of the former value. */
  readonly relative: number;
  /** In the unit of the metric: between two single runs, and over a series, whose own spread is known. */
  readonly betweenRuns: number;
  readonly overSeries: number;
}

const leastEffects: Readonly<Record<Metric['kind'], LeastEffect>> = {
  p50: { relative: 0.1, betweenRuns: 2, overSeries: 0.2 },
  p95: { relative: 0.2, betweenRuns: 5, overSeries: 1 },
  'error rate': { relative: 0, betweenRuns: 1, overSeries: 1 },
  figure: { relative: 0.1, betweenRuns: 0, overSeries: 0 },
};

/** How much worse `after` is than `before`, in the unit of the metric; negative when it is better. */
export function worseBy({ better }: Metric, before: number, after: number): number {
  return better === 'lower' ? after - before : before - after;
}

/** Whether the change leads to worse and is large enough to be told. */
export function isNoticed(
  metric: Metric,
  before: number,
  after: number,
  against: 'betweenRuns' | 'overSeries',
): boolean {
  const { relative, [against]: absolute } = leastEffects[metric.kind];
  const worse = worseBy(metric, before, after);
  return worse > 0 && worse >= absolute && worse >= relative * Math.abs(before) * (1 - 1e-9);
}

/**
 * The scale on which the values of a metric are looked at: latencies and figures vary by factors, so their logarithms
 * vary evenly; rates, which are mostly zero, stay what they are.
 */
export function scaleOf({ kind }: Metric): (value: number) => number {
  if (kind === 'error rate') return (value) => value;
  return (value) => Math.log(Math.max(value, 1e-6));
}

/** The spread that is taken for none, on the scale of the metric: half a percent, or a twentieth of a percentage point. */
export function resolutionOf({ kind }: Metric): number {
  return kind === 'error rate' ? 0.05 : 0.005;
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
