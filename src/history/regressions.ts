import { differences } from './comparability.ts';
import { compareRecords } from './compare-records.ts';
import { type Metric, OVERALL_ERROR_RATE, watchedMetrics } from './metrics.ts';
import { FEWEST_TO_COMPARE, type JudgedByThePast, LONGEST_SERIES, overSeries } from './over-series.ts';
import { type Compared, type HistoryRecord, isSameRun, type Regression } from './record.ts';
import { inconclusiveText, regression } from './wording.ts';

export interface Known {
  /** The accepted baseline, if there is one. */
  readonly baseline?: HistoryRecord | undefined;
  /** The history, the oldest first; records that cannot be compared are left out. */
  readonly earlier: readonly HistoryRecord[];
}

/** Names of the metrics of a record that can be compared with the past. */
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
 * The metrics that are slower, fail more often or are otherwise worse than in the baseline, or than in the runs before
 * the last few. A run that was interrupted, or whose load was too small, proves nothing: it is not judged, and no run
 * is judged by it.
 */
export function judgeByThePast(current: HistoryRecord, { baseline, earlier }: Known): JudgedByThePast {
  if (!provesSomething(current)) return { regressions: [], inconclusive: [] };
  const series = seriesBefore(current, earlier);
  const against =
    baseline && differences(baseline, current).length === 0
      ? againstBaseline(baseline, current, series)
      : { regressions: [], inconclusive: [] };
  const proven = provenBefore(current, earlier);
  const over = overSeries(watchedMetrics(current), series, (metric) =>
    proven.filter((record) => watchedMetrics(record).has(metric)).map(({ at }) => at),
  );
  return {
    regressions: [...oneForEachCause(against.regressions), ...oneForEachCause(over.regressions)],
    inconclusive: [...against.inconclusive, ...over.inconclusive],
  };
}

/** The metrics of earlier comparable records that are valid; the oldest first. */
export function seriesBefore(
  current: HistoryRecord,
  earlier: readonly HistoryRecord[],
): ReadonlyMap<string, Metric>[] {
  return provenBefore(current, earlier).map(watchedMetrics);
}

function provenBefore(current: HistoryRecord, earlier: readonly HistoryRecord[]): HistoryRecord[] {
  return comparableBefore(current, earlier).filter(provesSomething).slice(-LONGEST_SERIES);
}

/**
 * The error rate of all actions rises with that of an operation: then only the operation is reported, which names the
 * cause. Alone, it is the sign of failures that are too rare in each operation.
 */
function oneForEachCause(regressions: readonly Regression[]): Regression[] {
  const isNamed = regressions.some(({ operation, unit }) => operation !== undefined && unit === '%');
  return regressions.filter(({ metric }) => !(isNamed && metric === OVERALL_ERROR_RATE));
}

/** The earlier records that are comparable with this one; the oldest first. */
export function comparableBefore(current: HistoryRecord, earlier: readonly HistoryRecord[]): HistoryRecord[] {
  return earlier.filter(
    (one) =>
      Date.parse(one.at) < Date.parse(current.at) &&
      !isSameRun(one, current) &&
      differences(one, current).length === 0,
  );
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
    // A metric that may be worse only by the width of a bracket, and is shown as alike, does not count against a run.
    inconclusive: watched
      .filter(({ finding, atTheLatest }) => finding === 'inconclusive' && atTheLatest === 'worse')
      .map(({ metric, before }) => inconclusiveText(metric, before, 'in the baseline')),
  };
}

/**
 * Whether the figures of a record are valid. A record of benchmarks contains only figures from a quiet machine, so that
 * they are valid even if its verdict is inconclusive.
 */
export function provesSomething({ kind, verdict }: HistoryRecord): boolean {
  return verdict === 'passed' || verdict === 'failed' || (kind === 'bench' && verdict === 'inconclusive');
}

/**
 * The regressions that a second measurement right after the first one confirmed, with the figures of the second. A
 * metric that a busy machine made slow once is not among them.
 */
export function stillRegressed(first: readonly Regression[], second: readonly Regression[]): Regression[] {
  return second.filter(({ metric, against }) =>
    first.some((one) => one.metric === metric && one.against === against),
  );
}
