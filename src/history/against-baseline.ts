import { isNoticed, scaleOf, spreadOf, worseBy } from './effect.ts';
import { failuresOf, latenciesOf, type Metric, metricsOf } from './metrics.ts';
import type { HistoryRecord, Regression } from './record.ts';
import { moreFrequent, type Share } from './statistics/fisher.ts';
import { holm } from './statistics/holm.ts';
import { FEWEST_RANKED, rankTest } from './statistics/rank-test.ts';
import { studentTail } from './statistics/tails.ts';
import { regression } from './wording.ts';

/** Of all metrics of a run together: one run in a hundred may hold a difference that is none. */
const LEVEL = 0.01;
/** Two runs differ by the spread times √2; three times that is no accident. */
const SPREADS = 3 * Math.SQRT2;

interface Compared {
  readonly metric: Metric;
  readonly before: number;
  readonly pValue: number;
}

/**
 * What became worse than in the baseline: significant among all metrics that were tested together, large enough to be
 * noticed, and, where `earlier` runs tell it, beyond what runs differ by anyway.
 */
export function againstBaseline(
  current: HistoryRecord,
  baseline: HistoryRecord,
  earlier: readonly ReadonlyMap<string, Metric>[],
): Regression[] {
  const before = metricsOf(baseline);
  const compared: Compared[] = [];
  for (const metric of metricsOf(current).values()) {
    const former = before.get(metric.name);
    if (!former) continue;
    const series = earlier.flatMap((metrics) => metrics.get(metric.name)?.value ?? []);
    const pValue = significance(metric, former.value, { current, baseline, series });
    if (pValue !== undefined) compared.push({ metric, before: former.value, pValue });
  }
  const adjusted = holm(compared.map(({ pValue }) => pValue));
  return compared.flatMap(({ metric, before }, index) => {
    const pValue = adjusted[index]!;
    if (pValue > LEVEL || !isNoticed(metric, before, metric.value, 'betweenRuns')) return [];
    const series = earlier.flatMap((metrics) => metrics.get(metric.name)?.value ?? []);
    if (isOrdinary(metric, before, series)) return [];
    return [regression(metric, { against: 'baseline', before, pValue })];
  });
}

interface Evidence {
  readonly current: HistoryRecord;
  readonly baseline: HistoryRecord;
  readonly series: readonly number[];
}

/** The p-value of "not worse than before", by the test that fits the metric; undefined when too little is known. */
function significance(metric: Metric, before: number, evidence: Evidence): number | undefined {
  const { kind, operation = '' } = metric;
  const { current, baseline } = evidence;
  switch (kind) {
    case 'p50': {
      const [later, former] = [latenciesOf(current, operation), latenciesOf(baseline, operation)];
      if (Math.min(later.count, former.count) < FEWEST_RANKED) return undefined;
      return rankTest(later.values(), former.values()).pValue;
    }
    case 'p95':
      // Of the baseline, one in twenty is longer than its P95; were it as many now?
      return moreFrequent(longerThan(before, current, operation), longerThan(before, baseline, operation));
    case 'error rate':
      return moreFrequent(failuresOf(current, operation), failuresOf(baseline, operation));
    case 'figure': {
      const spread = spreadOf(metric, evidence.series);
      if (spread === undefined) return undefined;
      return studentTail(steps(metric, before) / (spread * Math.SQRT2), evidence.series.length - 1);
    }
  }
}

function longerThan(limitMs: number, record: HistoryRecord, operation: string): Share {
  const latencies = latenciesOf(record, operation);
  let hits = 0;
  for (const { ms, count } of latencies.values()) if (ms > limitMs) hits += count;
  return { hits, of: latencies.count };
}

/** Whether runs of this service differ by so much without any change. */
function isOrdinary(metric: Metric, before: number, series: readonly number[]): boolean {
  const spread = spreadOf(metric, series);
  return spread !== undefined && steps(metric, before) < SPREADS * spread;
}

/** How much worse the metric became, on its scale. */
function steps(metric: Metric, before: number): number {
  const scale = scaleOf(metric);
  return worseBy(metric, scale(before), scale(metric.value));
}
