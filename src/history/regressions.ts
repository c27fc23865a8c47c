import { differences } from './comparability.ts';
import { compareRecords } from './compare-records.ts';
import { type Metric, watchedMetrics } from './metrics.ts';
import { LONGEST_SERIES, overSeries } from './over-series.ts';
import { type HistoryRecord, isSameRun, type Regression } from './record.ts';
import { regression } from './wording.ts';

export interface Known {
  /** The accepted run, when there is one that may be compared. */
  readonly baseline?: HistoryRecord | undefined;
  /** Whatever is remembered, the oldest first; what cannot be compared with the current run is left out. */
  readonly earlier: readonly HistoryRecord[];
}

/**
 * What is slower, fails more often or is otherwise worse than it was: than in the baseline, and than in the runs before
 * the last few. A run that was interrupted, or whose generator was out of breath, proves nothing and is not judged, nor
 * is anything judged by it.
 */
export function findRegressions(current: HistoryRecord, { baseline, earlier }: Known): Regression[] {
  if (!provesSomething(current)) return [];
  const series = seriesBefore(current, earlier);
  return [
    ...(baseline && differences(baseline, current).length === 0
      ? againstBaseline(baseline, current, series)
      : []),
    ...overSeries(watchedMetrics(current), series),
  ];
}

/** The metrics of what ran before a record, may be compared with it and proves something; the oldest first. */
export function seriesBefore(
  current: HistoryRecord,
  earlier: readonly HistoryRecord[],
): ReadonlyMap<string, Metric>[] {
  return earlier
    .filter((one) => Date.parse(one.at) < Date.parse(current.at) && !isSameRun(one, current))
    .filter((record) => provesSomething(record) && differences(record, current).length === 0)
    .slice(-LONGEST_SERIES)
    .map(watchedMetrics);
}

function againstBaseline(
  baseline: HistoryRecord,
  current: HistoryRecord,
  series: readonly ReadonlyMap<string, Metric>[],
): Regression[] {
  return compareRecords(baseline, current, series)
    .filter(({ metric, finding }) => metric.watched && finding === 'worse')
    .map(({ metric, before, pValue }) =>
      regression(metric, { against: 'baseline', before, pValue: pValue ?? 1 }),
    );
}

/**
 * Whether the figures of a record may be judged, and others by them. A record of benchmarks holds only what was measured
 * on a quiet machine: what made its verdict inconclusive is not in it, or does not concern its figures.
 */
export function provesSomething({ kind, verdict }: HistoryRecord): boolean {
  return verdict === 'passed' || verdict === 'failed' || (kind === 'bench' && verdict === 'inconclusive');
}

/**
 * Those that a second measurement right after the first one found again, with the figures of the second. A metric that
 * a busy machine made slow once is not among them.
 */
export function stillRegressed(first: readonly Regression[], second: readonly Regression[]): Regression[] {
  return second.filter(({ metric, against }) =>
    first.some((one) => one.metric === metric && one.against === against),
  );
}
