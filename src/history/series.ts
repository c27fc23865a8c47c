import { comparisonKey } from './comparability.ts';
import { type Metric, metricsOf } from './metrics.ts';
import { changesOf } from './over-series.ts';
import type { HistoryRecord } from './record.ts';
import { provesSomething } from './regressions.ts';
import type { ChangePoint } from './statistics/change-points.ts';

/** Records that may be compared with each other, the oldest first; never empty. */
export type Series = readonly [HistoryRecord, ...HistoryRecord[]];

/** One metric over a series. */
export interface Trend {
  /** As the last run that has it has it. */
  readonly metric: Metric;
  readonly values: readonly number[];
  /** The runs that the values are of. */
  readonly records: readonly HistoryRecord[];
  readonly changes: readonly ChangePoint[];
}

const kinds: readonly HistoryRecord['kind'][] = ['load', 'chaos', 'bench'];

/** All series of a history: by kind, then those that ran last at the end. `records` are the oldest first. */
export function seriesIn(records: readonly HistoryRecord[]): Series[] {
  const groups = new Map<string, [HistoryRecord, ...HistoryRecord[]]>();
  for (const record of records) {
    const group = groups.get(comparisonKey(record));
    if (group) group.push(record);
    else groups.set(comparisonKey(record), [record]);
  }
  const lastOf = (series: Series) => Date.parse(series.at(-1)!.at);
  return [...groups.values()].sort(
    (one, other) => kinds.indexOf(one[0].kind) - kinds.indexOf(other[0].kind) || lastOf(one) - lastOf(other),
  );
}

/** The trend of each metric, in the order of the last run. Runs that prove nothing are left out. */
export function trendsOf(series: Series): Trend[] {
  const proven = series.filter(provesSomething).map((record) => ({ record, metrics: metricsOf(record) }));
  const latest = new Map(proven.flatMap(({ metrics }) => [...metrics]));
  return [...latest.values()].map((metric) => {
    const having = proven.filter(({ metrics }) => metrics.has(metric.name));
    const values = having.map(({ metrics }) => metrics.get(metric.name)!.value);
    return {
      metric,
      values,
      records: having.map(({ record }) => record),
      changes: changesOf(metric, values),
    };
  });
}
