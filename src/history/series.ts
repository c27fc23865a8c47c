import { comparisonKey } from './comparability.ts';
import { type Metric, metricsOf, valuesOf } from './metrics.ts';
import { changesWithin, type SeriesChange } from './over-series.ts';
import type { HistoryRecord } from './record.ts';
import { provesSomething } from './regressions.ts';

/** Comparable records, the oldest first; never empty. */
export type Series = readonly [HistoryRecord, ...HistoryRecord[]];

/** One metric over a series. */
export interface Trend {
  /** The metric of the last run that has it. */
  readonly metric: Metric;
  readonly values: readonly number[];
  /** The runs of the values. */
  readonly records: readonly HistoryRecord[];
  readonly changes: readonly SeriesChange[];
}

const kinds: readonly HistoryRecord['kind'][] = ['load', 'capacity', 'soak', 'chaos', 'bench', 'conduct'];

/** All series of one kind and name, the most recent one last; never empty. */
export type Phase = readonly Series[];

/** All phases of a history, load before chaos before bench before conduct. `records` are the oldest first. */
export function phasesIn(records: readonly HistoryRecord[]): Phase[] {
  const phases = [...groupedBy(records, ({ kind, name }) => JSON.stringify([kind, name]))];
  return phases
    .sort(([one], [other]) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind))
    .map((phase) =>
      groupedBy(phase, comparisonKey).sort((one, other) => timeOf(one.at(-1)!) - timeOf(other.at(-1)!)),
    );
}

const timeOf = ({ at }: HistoryRecord) => Date.parse(at);

function groupedBy(records: readonly HistoryRecord[], keyOf: (record: HistoryRecord) => string): Series[] {
  const groups = new Map<string, [HistoryRecord, ...HistoryRecord[]]>();
  for (const record of records) {
    const group = groups.get(keyOf(record));
    if (group) group.push(record);
    else groups.set(keyOf(record), [record]);
  }
  return [...groups.values()];
}

/** The trend of each metric, in the order of the last run. Invalid runs are left out. */
export function trendsOf(series: Series): Trend[] {
  const proven = series.filter(provesSomething).map((record) => ({ record, metrics: metricsOf(record) }));
  const latest = new Map(proven.flatMap(({ metrics }) => [...metrics]));
  return [...latest.values()].map((metric) => {
    const having = proven.filter(({ metrics }) => metrics.has(metric.name));
    const all = having.map(({ metrics }) => metrics);
    const [values, earliest] = [valuesOf(all, metric.name), valuesOf(all, metric.name, 'earliest')];
    return {
      metric,
      values,
      records: having.map(({ record }) => record),
      changes: changesWithin(metric, { latest: values, earliest }),
    };
  });
}
