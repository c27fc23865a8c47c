import { holm } from '../statistics/holm.ts';
import { spreadOf, worseBy } from './effect.ts';
import { chanceOfWorse, worseOnScale } from './evidence.ts';
import { isLarge } from './least-effect.ts';
import { type End, type Metric, metricsOf, valueAt, valuesOf } from './metrics.ts';
import type { HistoryRecord } from './record.ts';

/** For all metrics of a run together: one run in a hundred may show a false difference. */
const LEVEL = 0.01;
/** The difference of two runs has a spread of √2 × that of one run; three times that is not chance. */
const SPREADS = 3 * Math.SQRT2;

/**
 * - `alike`: the difference may be chance.
 * - `small`: the difference is too small to be noticed.
 * - `ordinary`: runs of this service differ as much without any change.
 * - `inconclusive`: the brackets of the latencies are too wide to decide.
 * - `unknown`: there are too few samples.
 */
export type Finding = 'alike' | 'small' | 'ordinary' | 'worse' | 'better' | 'inconclusive' | 'unknown';

export interface ComparedMetric {
  /** The metric of the later record. */
  readonly metric: Metric;
  readonly before: Metric;
  /** Two-sided, corrected for all metrics together, at the ends of the brackets that differ the least. */
  readonly pValue: number | undefined;
  readonly finding: Finding;
  /** The comparison of the shown figures (the latest ends), regardless of the brackets. */
  readonly atTheLatest: Finding;
}

/**
 * The compared ends of both brackets. For exact runs, all three comparisons are equal.
 * - `certain`: a result at these ends holds for all latencies within their brackets. Worse compares the earliest end of
 *   the later run with the latest end of the earlier run; better compares the reverse. This is enough because each test
 *   uses ranks or counts: it never finds a smaller difference when a later latency grows, or an earlier one shrinks.
 * - `possible`: the opposite ends. A result that fails there holds nowhere.
 * - `shown`: the latest ends, as reports show them.
 */
const comparisons = {
  certain: { worse: ends('latest', 'earliest'), better: ends('earliest', 'latest') },
  shown: { worse: ends('latest', 'latest'), better: ends('latest', 'latest') },
  possible: { worse: ends('earliest', 'latest'), better: ends('latest', 'earliest') },
} as const satisfies Record<string, Ends>;

interface Ends {
  readonly worse: { readonly before: End; readonly after: End };
  readonly better: { readonly before: End; readonly after: End };
}

function ends(before: End, after: End) {
  return { before, after };
}

interface Pair {
  readonly metric: Metric;
  readonly before: Metric;
  /** The values of the metric in other runs. */
  readonly values: readonly number[];
}

/**
 * Compares every metric that both records have. A difference counts if it is significant among all tested metrics,
 * large enough to be noticed, and, if a `series` of earlier runs is known, beyond the usual difference of runs. All
 * conditions have to hold for all latencies within their brackets.
 */
export function compareRecords(
  before: HistoryRecord,
  after: HistoryRecord,
  series: readonly ReadonlyMap<string, Metric>[],
): ComparedMetric[] {
  const former = metricsOf(before);
  const pairs = [...metricsOf(after).values()].flatMap((metric): Pair[] => {
    const earlier = former.get(metric.name);
    return earlier ? [{ metric, before: earlier, values: valuesOf(series, metric.name) }] : [];
  });
  const isExact = [before, after].every(({ operations }) =>
    Object.values(operations).every(({ earliest }) => earliest === undefined),
  );
  const found = (at: Ends) => findingsAt(at, pairs, { before, after });
  const shown = found(comparisons.shown);
  const [certain, possible] = isExact
    ? [shown, shown]
    : [found(comparisons.certain), found(comparisons.possible)];
  return pairs.map(({ metric, before }, index) => {
    const { finding: surely, pValue } = certain[index]!;
    const atTheLatest = shown[index]!.finding;
    const isOpen = !isDifferent(surely) && isDifferent(possible[index]!.finding);
    const finding = isOpen ? 'inconclusive' : isDifferent(surely) ? surely : atTheLatest;
    return { metric, before, pValue, finding, atTheLatest };
  });
}

function isDifferent(finding: Finding): boolean {
  return finding === 'worse' || finding === 'better';
}

function findingsAt(
  at: Ends,
  pairs: readonly Pair[],
  records: { readonly before: HistoryRecord; readonly after: HistoryRecord },
): { finding: Finding; pValue: number | undefined }[] {
  const both = pairs.map((pair) => ({ ...pair, chance: chanceOfDifference(at, pair, records) }));
  // Metrics that are only shown must not weaken the test of watched ones.
  const adjusted = new Map([
    ...together(both.filter(({ metric }) => metric.watched)),
    ...together(both.filter(({ metric }) => !metric.watched)),
  ]);
  return pairs.map((pair) => {
    const pValue = adjusted.get(pair.metric.name);
    return { finding: findingOf(at, pair, pValue), pValue };
  });
}

/** The corrected p-values of all tested metrics, by the metric's name. */
function together(compared: readonly { metric: Metric; chance: number | undefined }[]): [string, number][] {
  const tested = compared.filter(({ chance }) => chance !== undefined);
  const adjusted = holm(tested.map(({ chance }) => chance!));
  return tested.map(({ metric }, index) => [metric.name, adjusted[index]!]);
}

/** The two-sided p-value, from the one-sided tests. */
function chanceOfDifference(
  at: Ends,
  { metric, before: former, values }: Pair,
  { before, after }: { readonly before: HistoryRecord; readonly after: HistoryRecord },
): number | undefined {
  const later = (end: End) => ({ metric, record: after, end });
  const earlier = (end: End) => ({ metric: former, record: before, end });
  const worse = chanceOfWorse(later(at.worse.after), earlier(at.worse.before), values);
  const better = chanceOfWorse(earlier(at.better.before), later(at.better.after), values);
  return worse === undefined || better === undefined ? undefined : Math.min(1, 2 * worse, 2 * better);
}

function findingOf(at: Ends, pair: Pair, pValue: number | undefined): Finding {
  if (pValue === undefined) return 'unknown';
  if (pValue > LEVEL) return 'alike';
  // Exact values differ in at most one direction; brackets may allow both.
  const found = (['worse', 'better'] as const).map((way) => findingOneWay(way, at[way], pair));
  return found.find(isDifferent) ?? found.find((one) => one !== 'alike') ?? 'alike';
}

function findingOneWay(way: 'worse' | 'better', { before, after }: Ends['worse'], pair: Pair): Finding {
  const { metric } = pair;
  const [from, to] = [valueAt(pair.before, before), valueAt(metric, after)];
  const change = worseBy(metric, from, to);
  if (way === 'worse' ? change <= 0 : change >= 0) return 'alike';
  if (!isLarge(metric, from, to, 'betweenRuns')) return 'small';
  return isOrdinary(pair, from, to) ? 'ordinary' : way;
}

/** Whether runs of this service usually differ this much without any change, according to a series of runs. */
function isOrdinary({ metric, values }: Pair, from: number, to: number): boolean {
  const spread = spreadOf(metric, values);
  return spread !== undefined && Math.abs(worseOnScale(metric, from, to)) < SPREADS * spread;
}
