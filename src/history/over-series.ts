import { isNoticed, resolutionOf, scaleOf } from './effect.ts';
import type { Metric } from './metrics.ts';
import type { Regression } from './record.ts';
import { type ChangePoint, changePoints } from './statistics/change-points.ts';
import { regression } from './wording.ts';

/** A change that lies further back is what is normal now. */
const RECENT = 5;
const LONGEST = 50;
const LEVEL = 0.001;

/** Where the values of one metric changed, and what they were before and after. */
export interface MetricChange extends Pick<ChangePoint, 'index' | 'pValue'> {
  readonly before: number;
  readonly after: number;
}

/** The change points of a series of one metric, the oldest value first, in the unit of the metric. */
function changesOf(metric: Metric, values: readonly number[]): MetricChange[] {
  const scale = scaleOf(metric);
  const unscale = metric.kind === 'error rate' ? (value: number) => value : Math.exp;
  return changePoints(values.map(scale), {
    level: LEVEL,
    leastDifference: metric.kind === 'error rate' ? 1 : Math.log(1.1),
    resolution: resolutionOf(metric),
  }).map(({ before, after, ...point }) => ({ ...point, before: unscale(before), after: unscale(after) }));
}

/** What became worse within the last runs, and stayed so since: the last change point of a series, when it is recent. */
export function overSeries(
  current: ReadonlyMap<string, Metric>,
  earlier: readonly ReadonlyMap<string, Metric>[],
): Regression[] {
  return [...current.values()].flatMap((metric) => {
    const values = [
      ...earlier.flatMap((metrics) => metrics.get(metric.name)?.value ?? []),
      metric.value,
    ].slice(-LONGEST);
    const last = changesOf(metric, values).at(-1);
    if (!last || last.index < values.length - RECENT) return [];
    const { before, after, pValue } = last;
    if (!isNoticed(metric, before, after, 'overSeries')) return [];
    return [
      regression(
        { ...metric, value: after },
        { against: 'series', before, pValue, runs: values.length - last.index },
      ),
    ];
  });
}
