import { isLarge, leastStep, resolutionOf, scaleOf, unscaledOf, worseBy } from './effect.ts';
import { type Metric, valuesOf } from './metrics.ts';
import type { Regression } from './record.ts';
import { type ChangePoint, changePoints, SHORTEST } from './statistics/change-points.ts';
import { regression } from './wording.ts';

/** A change that lies further back is what is normal now. */
const RECENT = 5;
/** So many runs must have been alike before a change: fewer do not say how much runs vary by themselves. */
const FEWEST_BEFORE = 8;
/** With fewer earlier runs, no change can be told in the current one. */
export const FEWEST_TO_COMPARE = FEWEST_BEFORE + SHORTEST - 1;
/** Older ones say nothing about today. */
export const LONGEST_SERIES = 50;
/**
 * Of one metric at one possible change. Far below what is usual, because many metrics are judged after every run, and
 * the place of the change is chosen to be the most striking one: see the rates in the test of false alarms.
 */
const LEVEL = 0.0001;

/** The change points of a series of one metric, the oldest value first; before and after in the metric's unit. */
export function changesOf(metric: Metric, values: readonly number[]): ChangePoint[] {
  const unscaled = unscaledOf(metric);
  return changePoints(values.map(scaleOf(metric)), {
    level: LEVEL,
    leastDifference: leastStep(metric),
    resolution: resolutionOf(metric),
  })
    .map((point) => ({ ...point, before: unscaled(point.before), after: unscaled(point.after) }))
    .filter(({ before, after }) => isLarge(metric, before, after, 'overSeries'));
}

/** What became worse within the last runs, and stayed so since: the last change point of a series, when it is recent. */
export function overSeries(
  current: ReadonlyMap<string, Metric>,
  earlier: readonly ReadonlyMap<string, Metric>[],
): Regression[] {
  return [...current.values()].flatMap((metric) => {
    const values = [...valuesOf(earlier, metric.name), metric.value].slice(-LONGEST_SERIES);
    const changes = changesOf(metric, values);
    const last = changes.at(-1);
    if (!last || last.index < values.length - RECENT) return [];
    if (last.index - (changes.at(-2)?.index ?? 0) < FEWEST_BEFORE) return [];
    const { before, after, pValue } = last;
    if (worseBy(metric, before, after) <= 0) return [];
    const runs = values.length - last.index;
    return [regression({ ...metric, value: after }, { against: 'series', before, pValue, runs })];
  });
}
