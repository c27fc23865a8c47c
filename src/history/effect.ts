import { median, medianAbsoluteDeviation } from 'simple-statistics';
import { leastEffects, leastPart } from './least-effect.ts';
import type { Metric } from './metrics.ts';

/** Percentages are mostly 0 or 100: they differ by percentage points, not by factors. */
function isShare(kind: Metric['kind']): boolean {
  return kind === 'error rate' || kind === 'share';
}

/** How much worse `after` is than `before`, in the unit of the metric; negative for better. */
export function worseBy({ better }: Metric, before: number, after: number): number {
  return better === 'lower' ? after - before : before - after;
}

/** The least change of a series that counts, on the scale of the metric. */
export function leastStep(metric: Metric): number {
  const { kind } = metric;
  return isShare(kind) ? leastEffects[kind].overSeries : Math.log(1 + leastPart(metric, 'overSeries'));
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

/**
 * The standard deviation of the answer of a search, as a part of its resolution. Simulated with a resolution of 5%, the
 * logarithms of 25 answers have 0.027 for a calm service, 0.042 with autocorrelated noise, and 0.060 for services that
 * have slow phases of their own.
 */
const SEARCH_ERROR = 0.8;

/**
 * The least spread that counts, on the scale of the metric: half a percent, or 0.05 percentage points; of a capacity,
 * the error of its search.
 */
export function resolutionOf({ kind, resolution }: Metric): number {
  if (resolution !== undefined) return SEARCH_ERROR * resolution;
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
