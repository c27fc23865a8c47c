import { isLarge, spreadOf, worseBy } from './effect.ts';
import { chanceOfWorse, type Observation, worseOnScale } from './evidence.ts';
import { type Metric, metricsOf, valuesOf } from './metrics.ts';
import type { HistoryRecord } from './record.ts';
import { holm } from './statistics/holm.ts';

/** Of all metrics of a run together: one run in a hundred may hold a difference that is none. */
const LEVEL = 0.01;
/** Two runs differ by the spread times √2; three times that is no accident. */
const SPREADS = 3 * Math.SQRT2;

/**
 * - `alike`: chance alone may make such a difference.
 * - `small`: there is one, and nobody would notice it.
 * - `ordinary`: there is one, and runs of this service differ by as much without any change.
 * - `unknown`: too little was measured to say anything.
 */
export type Finding = 'alike' | 'small' | 'ordinary' | 'worse' | 'better' | 'unknown';

export interface ComparedMetric {
  /** As the later record has it. */
  readonly metric: Metric;
  readonly before: number;
  /** Two-sided, of all metrics that were looked at together. */
  readonly pValue: number | undefined;
  readonly finding: Finding;
}

/**
 * Every metric that both records have. Different are those that are significant among all that were tested together,
 * large enough to be noticed, and, where a `series` of earlier runs tells it, beyond what runs differ by anyway.
 */
export function compareRecords(
  before: HistoryRecord,
  after: HistoryRecord,
  series: readonly ReadonlyMap<string, Metric>[],
): ComparedMetric[] {
  const former = metricsOf(before);
  const both = [...metricsOf(after).values()].flatMap((metric) => {
    const earlier = former.get(metric.name);
    if (!earlier) return [];
    const values = valuesOf(series, metric.name);
    const chance = chanceOfDifference({ metric, record: after }, { metric: earlier, record: before }, values);
    return [{ metric, before: earlier.value, values, chance }];
  });
  // Those that are only shown must not make it harder for those that are watched.
  const adjusted = new Map([
    ...together(both.filter(({ metric }) => metric.watched)),
    ...together(both.filter(({ metric }) => !metric.watched)),
  ]);
  return both.map(({ metric, before, values }) => {
    const pValue = adjusted.get(metric.name);
    return { metric, before, pValue, finding: findingOf(metric, before, values, pValue) };
  });
}

/** The p-values of all that could be tested as they count together, by the metric's name. */
function together(compared: readonly { metric: Metric; chance: number | undefined }[]): [string, number][] {
  const tested = compared.filter(({ chance }) => chance !== undefined);
  const adjusted = holm(tested.map(({ chance }) => chance!));
  return tested.map(({ metric }, index) => [metric.name, adjusted[index]!]);
}

/** Two-sided, from the tests of both sides. */
function chanceOfDifference(
  later: Observation,
  earlier: Observation,
  values: readonly number[],
): number | undefined {
  const worse = chanceOfWorse(later, earlier, values);
  const better = chanceOfWorse(earlier, later, values);
  return worse === undefined || better === undefined ? undefined : Math.min(1, 2 * worse, 2 * better);
}

function findingOf(
  metric: Metric,
  before: number,
  series: readonly number[],
  pValue: number | undefined,
): Finding {
  if (pValue === undefined) return 'unknown';
  if (pValue > LEVEL || metric.value === before) return 'alike';
  if (!isLarge(metric, before, metric.value, 'betweenRuns')) return 'small';
  if (isOrdinary(metric, before, series)) return 'ordinary';
  return worseBy(metric, before, metric.value) > 0 ? 'worse' : 'better';
}

/** Whether runs of this service differ by so much without any change, as far as a series of runs tells. */
function isOrdinary(metric: Metric, before: number, series: readonly number[]): boolean {
  const spread = spreadOf(metric, series);
  return spread !== undefined && Math.abs(worseOnScale(metric, before)) < SPREADS * spread;
}
