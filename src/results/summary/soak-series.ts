import type { Sample } from '../../soak/evidence.ts';

/** One metric of a soak over its time, with at most as many points as asked for. */
export interface MetricSeries {
  /** Seconds since the start of the soak. */
  readonly atS: readonly number[];
  readonly values: readonly number[];
}

/** The samples of the wanted metrics: each is thinned on its own, because a metric may appear late. */
export function metricSeries(
  samples: readonly Sample[],
  { metrics, most, keepsMinima }: SeriesOptions,
): Map<string, MetricSeries> {
  return new Map(
    metrics.map((metric) => {
      const known = samples.flatMap(({ atMs, values }) => {
        const value = values[metric];
        return value === undefined || !Number.isFinite(value) ? [] : [{ atS: atMs / 1000, value }];
      });
      return [metric, thinned(known, most, keepsMinima(metric))] as const;
    }),
  );
}

interface SeriesOptions {
  readonly metrics: readonly string[];
  /** The number of points of a series. */
  readonly most: number;
  /** Whether a bucket of a thinned metric is shown by its minimum: the floor of a memory. Others show their maximum. */
  keepsMinima(metric: string): boolean;
}

interface Point {
  readonly atS: number;
  readonly value: number;
}

/** Equal parts of the samples, each by its lowest or its highest value, at the time of that value. */
function thinned(points: readonly Point[], most: number, isLowest: boolean): MetricSeries {
  if (points.length <= most) return seriesOf(points);
  const kept = Array.from({ length: most }, (_, bucket) => {
    const from = Math.floor((bucket * points.length) / most);
    const to = Math.floor(((bucket + 1) * points.length) / most);
    let found = points[from]!;
    for (let index = from + 1; index < to; index++) {
      const point = points[index]!;
      if (isLowest ? point.value < found.value : point.value > found.value) found = point;
    }
    return found;
  });
  return seriesOf(kept);
}

function seriesOf(points: readonly Point[]): MetricSeries {
  return {
    atS: points.map(({ atS }) => Number(atS.toFixed(1))),
    values: points.map(({ value }) => value),
  };
}
