import { median } from 'simple-statistics';
import { type ChangePoint, changePoints, SHORTEST } from '../statistics/change-points.ts';
import { leastStep, resolutionOf, scaleOf, unscaledOf, worseBy } from './effect.ts';
import { isLarge } from './least-effect.ts';
import { type Metric, valueAt, valuesOf } from './metrics.ts';
import type { Regression } from './record.ts';
import { inconclusiveText, regression } from './wording.ts';

export interface JudgedByThePast {
  /** Metrics that are worse than before, for all latencies within their brackets. */
  readonly regressions: Regression[];
  /** Metrics that look worse, but whose brackets are too wide to decide, one sentence each. */
  readonly inconclusive: string[];
}

/** A change is reported for this number of runs; an older one counts as normal. */
const RECENT = 5;
/** The number of similar runs before a change: fewer do not show the usual variation. */
const FEWEST_BEFORE = 8;
/** With fewer earlier runs, no change can be detected in the current one. */
export const FEWEST_TO_COMPARE = FEWEST_BEFORE + SHORTEST - 1;
/** The number of runs that are judged: older runs do not describe the present. */
export const LONGEST_SERIES = 50;
/**
 * The largest p-value for one metric at one possible change. It is far below the usual level, because many metrics are
 * judged after every run, each at its most striking place. The test of false alarms measures the rates.
 */
const LEVEL = 0.0001;

/** The change points of a series of one metric, the oldest value first; before and after in the metric's unit. */
function changesOf(metric: Metric, values: readonly number[]): ChangePoint[] {
  const unscaled = unscaledOf(metric);
  return changePoints(values.map(scaleOf(metric)), {
    level: LEVEL,
    leastDifference: leastStep(metric),
    resolution: resolutionOf(metric),
  })
    .map((point) => ({ ...point, before: unscaled(point.before), after: unscaled(point.after) }))
    .filter(({ before, after }) => isLarge(metric, before, after, 'overSeries'));
}

/** A change that disappears at the ends of the brackets that favour no change may come from the generator. */
export interface SeriesChange extends ChangePoint {
  readonly isCertain: boolean;
}

/** The change points of a series with the ends of its brackets, the oldest value first. */
export function changesWithin(metric: Metric, { latest, earliest }: SeriesValues): SeriesChange[] {
  return changesOf(metric, latest).map((change) => {
    // Slower: from the latest before to the earliest after. Faster: the reverse.
    const isWorse = worseBy(metric, change.before, change.after) > 0;
    const [before, after] = isWorse ? [latest, earliest] : [earliest, latest];
    const values = [...before.slice(0, change.index), ...after.slice(change.index)];
    const isSame = values.every((value, index) => value === latest[index]);
    return { ...change, isCertain: isSame || hasChange(metric, values, change.index, isWorse) };
  });
}

/** The latest and the earliest ends of each value of a series. */
export interface SeriesValues {
  readonly latest: readonly number[];
  readonly earliest: readonly number[];
}

/** Whether the values hold a change of the same direction at this place; another value may move it by one. */
function hasChange(metric: Metric, values: readonly number[], index: number, isWorse: boolean): boolean {
  return changesOf(metric, values).some(
    (change) =>
      Math.abs(change.index - index) <= 1 && worseBy(metric, change.before, change.after) > 0 === isWorse,
  );
}

/**
 * Metrics that got worse within the last runs and stayed so: the last change point of a series, if it is recent.
 * `timesOf`: when the earlier runs with a metric began, as ISO times.
 */
export function overSeries(
  current: ReadonlyMap<string, Metric>,
  earlier: readonly ReadonlyMap<string, Metric>[],
  timesOf: (metric: string) => readonly string[] = () => [],
): JudgedByThePast {
  const regressions: Regression[] = [];
  const inconclusive: string[] = [];
  for (const metric of current.values()) {
    const [latest, earliest] = (['latest', 'earliest'] as const).map((end) =>
      [...valuesOf(earlier, metric.name, end), valueAt(metric, end)].slice(-LONGEST_SERIES),
    ) as [number[], number[]];
    const changes = changesWithin(metric, { latest, earliest });
    const last = changes.at(-1);
    if (!last || last.index < latest.length - RECENT) continue;
    if (last.index - (changes.at(-2)?.index ?? 0) < FEWEST_BEFORE) continue;
    const { before, after, pValue } = last;
    if (worseBy(metric, before, after) <= 0) continue;
    const runs = latest.length - last.index;
    const changed = bracketed(metric, after, earliest.slice(last.index));
    if (last.isCertain)
      regressions.push(
        regression(changed, {
          against: 'series',
          before: exactly(metric, before),
          pValue,
          runs,
          since: timesOf(metric.name).at(1 - runs),
        }),
      );
    else
      inconclusive.push(
        inconclusiveText(changed, bracketed(metric, before, earliest.slice(0, last.index)), 'before'),
      );
  }
  return { regressions, inconclusive };
}

/** The metric with the median of a segment, and with the median of its earliest ends. */
function bracketed(metric: Metric, value: number, earliest: readonly number[]): Metric {
  const least = median([...earliest]);
  return { ...exactly(metric, value), ...(least < value ? { earliest: least } : {}) };
}

function exactly({ earliest: _, ...metric }: Metric, value: number): Metric {
  return { ...metric, value };
}
