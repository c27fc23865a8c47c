import { moreFrequent, type Share } from '../statistics/fisher.ts';
import { FEWEST_RANKED, rankTest } from '../statistics/rank-test.ts';
import { normalTail, studentTail } from '../statistics/tails.ts';
import { resolutionOf, scaleOf, spreadOf, worseBy } from './effect.ts';
import { type End, failuresOf, latenciesOf, type Metric, quantiles, valueAt } from './metrics.ts';
import type { HistoryRecord } from './record.ts';

/** With fewer samples in the tail, any two runs differ: P95 needs 100 samples, P99 500. */
const FEWEST_BEYOND = 5;

/** One metric of one run, at one end of the bracket of its latencies. */
export interface Observation {
  readonly metric: Metric;
  readonly record: HistoryRecord;
  readonly end: End;
}

/**
 * The probability that `later` looks this much worse than `earlier` without any change, by the test for the metric:
 * ranks of the samples for medians, counts for tails and failures. A figure is one number: only the `series` of its
 * values in other runs shows its variation. Undefined if there is too little data.
 */
export function chanceOfWorse(
  later: Observation,
  earlier: Observation,
  series: readonly number[],
): number | undefined {
  const { kind, operation = '' } = later.metric;
  switch (kind) {
    case 'p50': {
      const after = latenciesOf(later.record, operation, later.end);
      const before = latenciesOf(earlier.record, operation, earlier.end);
      if (Math.min(after.count, before.count) < FEWEST_RANKED) return undefined;
      return rankTest(after.values(), before.values()).pValue;
    }
    case 'p95':
    case 'p99': {
      // One in twenty (a hundred) earlier samples is above their percentile; tests whether the part is larger now.
      const limitMs = valueAt(earlier.metric, earlier.end);
      const [after, before] = [longerThan(limitMs, later), longerThan(limitMs, earlier)];
      const beyond = (1 - quantiles[kind]) * Math.min(after.of, before.of);
      return beyond < FEWEST_BEYOND - 1e-9 ? undefined : moreFrequent(after, before);
    }
    case 'error rate':
      return moreFrequent(failuresOf(later.record, operation), failuresOf(earlier.record, operation));
    case 'capacity': {
      // Each search is one number with a known error.
      const spread = spreadOf(later.metric, series) ?? resolutionOf(later.metric);
      const worse = worseOnScale(later.metric, earlier.metric.value, later.metric.value);
      return normalTail(worse / (spread * Math.SQRT2));
    }
    case 'share':
    case 'figure': {
      const spread = spreadOf(later.metric, series);
      if (spread === undefined) return undefined;
      const worse = worseOnScale(later.metric, earlier.metric.value, later.metric.value);
      return studentTail(worse / (spread * Math.SQRT2), series.length - 1);
    }
  }
}

/** How much worse a metric became, on the scale on which it varies evenly. */
export function worseOnScale(metric: Metric, before: number, after: number): number {
  const scale = scaleOf(metric);
  return worseBy(metric, scale(before), scale(after));
}

function longerThan(limitMs: number, { record, metric, end }: Observation): Share {
  const latencies = latenciesOf(record, metric.operation ?? '', end);
  let hits = 0;
  for (const { ms, count } of latencies.values()) if (ms > limitMs) hits += count;
  return { hits, of: latencies.count };
}
