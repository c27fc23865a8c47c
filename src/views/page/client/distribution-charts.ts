import uPlot from 'uplot';
import type { Colour, LatencyCurve, Line } from '../../../look/chart-data.ts';
import { axis, logAxis, logScale, roundValues, valueAxis } from '../../../look/client/axes.ts';
import { colour, faded } from '../../../look/client/palette.ts';
import { onAxis } from '../../../look/units.ts';
import { percentileAxis } from './percentile-axis.ts';
import { percentileText, unionOf } from './percentiles.ts';

const AXIS_WIDTH = 58;
const BINS_PER_DECADE = 20;

const look = (place: HTMLElement) =>
  ({
    width: place.clientWidth,
    height: place.clientHeight,
    padding: [10, 16, 0, 0],
    legend: { show: false },
  }) satisfies Partial<uPlot.Options>;

interface NamedCurve {
  readonly label: string;
  readonly colour: Colour;
  readonly points: LatencyCurve['latency'];
  readonly drawn: Partial<uPlot.Series>;
}

/** The curves of one operation, the latency last: it is drawn over the others. */
function curvesOf({ latency, earliest, response }: LatencyCurve): NamedCurve[] {
  const curves: NamedCurve[] = [{ label: 'latency', colour: 'p50', points: latency, drawn: { width: 2.25 } }];
  if (earliest)
    curves.unshift({
      label: 'at the earliest',
      colour: 'p90',
      points: earliest,
      drawn: { width: 1.25, auto: false },
    });
  if (response)
    curves.unshift({
      label: 'from the intended start',
      colour: 'p95',
      points: response,
      drawn: { width: 1.5, dash: [5, 4] },
    });
  return curves;
}

export interface PercentilesOptions {
  readonly curve: LatencyCurve;
  /** Curves of other operations, drawn behind `curve`. */
  readonly others: readonly LatencyCurve[];
  readonly place: HTMLElement;
  readonly isLog: boolean;
  /** Called with the index of the data at the cursor and its percentile in words; null if the cursor left. */
  onCursor(index: number | null, percentile: string): void;
}

/** The chart of latencies by percentile, its lines, and the index of their first series. */
export function percentilesChart({ curve, others, place, isLog, onCursor }: PercentilesOptions): {
  chart: uPlot;
  lines: readonly Line[];
  offset: number;
} {
  const curves = curvesOf(curve);
  const { x, lists } = unionOf([
    ...others.map(({ latency, count }) => ({ points: latency, count })),
    ...curves.map(({ points }) => ({ points, count: curve.count })),
  ]);
  const line = { spanGaps: true, points: { show: false } };
  const options: uPlot.Options = {
    ...look(place),
    cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
    scales: {
      x: { time: false, distr: 3, range: (_, __, high) => [1, Math.max(10, high)] },
      y: isLog ? logScale() : { range: (_, __, high) => [0, high * 1.05] },
    },
    axes: [percentileAxis(), { ...valueAxis(AXIS_WIDTH), ...(isLog ? logAxis : {}) }],
    series: [
      {},
      ...others.map(() => ({ ...line, stroke: () => faded('faint', 45), width: 1 })),
      ...curves.map(({ colour: name, drawn }) => ({ ...line, stroke: () => colour(name), ...drawn })),
    ],
    hooks: {
      setCursor: [({ cursor: { idx } }) => onCursor(idx ?? null, idx == null ? '' : percentileText(x[idx]!))],
    },
  };
  const lines = curves.map(({ label, colour: name }, index) => {
    return { label, colour: name, values: lists[others.length + index]! };
  });
  return { chart: new uPlot(options, [x, ...lists], place), lines, offset: others.length + 1 };
}

/** The number of latencies in each twentieth of a decade. */
export function histogramChart({ from, counts }: LatencyCurve['bins'], place: HTMLElement): uPlot {
  const options: uPlot.Options = {
    ...look(place),
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: {
      x: { time: false, range: (_, low, high) => [low - 0.1, high + 0.1] },
      y: { range: (_, __, high) => [0, high * 1.08] },
    },
    axes: [
      {
        ...axis(26),
        splits: (_, __, low, high) => roundValues(10 ** low, 10 ** high).map(Math.log10),
        values: (_, splits) => splits.map((power) => onAxis(Number((10 ** power).toPrecision(1)))),
      },
      valueAxis(AXIS_WIDTH),
    ],
    series: [
      {},
      {
        stroke: () => colour('p50'),
        fill: () => faded('p50', 45),
        width: 1,
        paths: uPlot.paths.bars!({ size: [0.9, 60] }),
        points: { show: false },
      },
    ],
  };
  const middles = counts.map((_, index) => (from + index + 0.5) / BINS_PER_DECADE);
  return new uPlot(options, [middles, [...counts]], place);
}
