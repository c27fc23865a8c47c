import { differences } from './comparability.ts';
import { compareRecords } from './compare-records.ts';
import { type Metric, watchedMetrics } from './metrics.ts';
import { FEWEST_TO_COMPARE, LONGEST_SERIES, overSeries } from './over-series.ts';
import { type Compared, type HistoryRecord, isSameRun, type Regression } from './record.ts';
import { inconclusiveText, regression } from './wording.ts';

export interface Known {
  /** The accepted run, when there is one that may be compared. */
  readonly baseline?: HistoryRecord | undefined;
  /** Whatever is remembered, the oldest first; what cannot be compared with the current run is left out. */
  readonly earlier: readonly HistoryRecord[];
}

export interface JudgedByThePast {
  /** What is worse than it was wherever in their brackets the latencies were. */
  readonly regressions: Regression[];
  /** What looks worse while the brackets are too wide to tell, a sentence each. */
  readonly inconclusive: string[];
}

/** Names of the metrics of a record that the past can be compared with. */
export function comparedMetrics(current: HistoryRecord, { baseline, earlier }: Known): Compared {
  if (!provesSomething(current)) return { baseline: [], series: [] };
  const names = [...watchedMetrics(current).keys()];
  const accepted =
    baseline && differences(baseline, current).length === 0 ? watchedMetrics(baseline) : new Map();
  const series = seriesBefore(current, earlier);
  const runsWith = (name: string) => series.filter((metrics) => metrics.has(name)).length;
  return {
    baseline: names.filter((name) => accepted.has(name)),
    series: names.filter((name) => runsWith(name) >= FEWEST_TO_COMPARE),
  };
}

/**
 * What is slower, fails more often or is otherwise worse than it was: than in the baseline, and than in the runs before
 * the last few. A run that was interrupted, or whose load fell short, proves nothing and is not judged, nor
 * is anything judged by it.
 */
export function judgeByThePast(current: HistoryRecord, { baseline, earlier }: Known): JudgedByThePast {
  if (!provesSomething(current)) return { regressions: [], inconclusive: [] };
  const series = seriesBefore(current, earlier);
  const against =
    baseline && differences(baseline, current).length === 0
      ? againstBaseline(baseline, current, series)
      : { regressions: [], inconclusive: [] };
  const over = overSeries(watchedMetrics(current), series);
  return {
    regressions: [...against.regressions, ...over.regressions],
    inconclusive: [...against.inconclusive, ...over.inconclusive],
  };
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
): JudgedByThePast {
  const watched = compareRecords(baseline, current, series).filter(({ metric }) => metric.watched);
  return {
    regressions: watched
      .filter(({ finding }) => finding === 'worse')
      .map(({ metric, before, pValue }) =>
        regression(metric, { against: 'baseline', before, pValue: pValue ?? 1 }),
      ),
    // What may be worse by the width of a bracket alone, and is shown as alike, is not held against a run.
    inconclusive: watched
      .filter(({ finding, atTheLatest }) => finding === 'inconclusive' && atTheLatest === 'worse')
      .map(({ metric, before }) => inconclusiveText(metric, before, 'in the baseline')),
  };
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
