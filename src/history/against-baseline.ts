import { isLarge, spreadOf, worseBy } from './effect.ts';
import { chanceOfWorse, worseOnScale } from './evidence.ts';
import { type Metric, valuesOf, watchedMetrics } from './metrics.ts';
import type { HistoryRecord, Regression } from './record.ts';
import { holm } from './statistics/holm.ts';
import { regression } from './wording.ts';

/** Of all metrics of a run together: one run in a hundred may hold a difference that is none. */
const LEVEL = 0.01;
/** Two runs differ by the spread times √2; three times that is no accident. */
const SPREADS = 3 * Math.SQRT2;

/**
 * What became worse than in the baseline: significant among all metrics that were tested together, large enough to be
 * noticed, and, where `earlier` runs tell it, beyond what runs differ by anyway.
 */
export function againstBaseline(
  current: HistoryRecord,
  baseline: HistoryRecord,
  earlier: readonly ReadonlyMap<string, Metric>[],
): Regression[] {
  const before = watchedMetrics(baseline);
  const tested = [...watchedMetrics(current).values()].flatMap((metric) => {
    const former = before.get(metric.name);
    if (!former) return [];
    const series = valuesOf(earlier, metric.name);
    const pValue = chanceOfWorse({ metric, record: current }, { metric: former, record: baseline }, series);
    return pValue === undefined ? [] : [{ metric, before: former.value, series, pValue }];
  });
  const adjusted = holm(tested.map(({ pValue }) => pValue));
  return tested.flatMap(({ metric, before, series }, index) => {
    const pValue = adjusted[index]!;
    if (pValue > LEVEL || worseBy(metric, before, metric.value) <= 0) return [];
    if (!isLarge(metric, before, metric.value, 'betweenRuns') || isOrdinary(metric, before, series))
      return [];
    return [regression(metric, { against: 'baseline', before, pValue })];
  });
}

/** Whether runs of this service differ by so much without any change, as far as a series of runs tells. */
function isOrdinary(metric: Metric, before: number, series: readonly number[]): boolean {
  const spread = spreadOf(metric, series);
  return spread !== undefined && Math.abs(worseOnScale(metric, before)) < SPREADS * spread;
}
