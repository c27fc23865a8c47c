import uPlot from 'uplot';
import type { Fault, Limit, Line, Panel } from '../chart-data.ts';
import { fromZero, logAxis, logScale, timeAxis, valueAxis } from './axes.ts';
import { CursorTime } from './cursor-time.ts';
import { drawLimits } from './limits.ts';
import { drawMark, type Instant, markInstants, nameFaults, shadeFaults } from './overlays.ts';
import { colour, faded } from './palette.ts';

/** All charts have axes of one width, so that their times stand above each other. */
const AXIS_WIDTH = 58;

export interface ChartOptions {
  /** Charts of one group share the cursor. */
  readonly group: string;
  readonly panel: Panel;
  /** The drawn lines: the panel's own lines, or the lines of one operation. */
  readonly lines: readonly Line[];
  readonly seconds: readonly number[];
  readonly place: HTMLElement;
  readonly isLog?: boolean;
  readonly faults?: readonly Fault[];
  /** Read whenever the chart is drawn. */
  readonly instants?: () => readonly Instant[];
  readonly limits?: readonly Limit[];
  /** The second that the reader marked, read whenever the chart is drawn. */
  readonly mark?: () => number | undefined;
  /** The text beside the cursor, or beside the mark when there is no cursor. Without it, there is no text. */
  readonly timeText?: (second: number) => string;
  /** Called with the index of the data at the cursor; null if the cursor left. */
  onCursor(index: number | null): void;
  /** Called after a drag; without it, a drag does nothing. */
  onZoom?(fromS: number, toS: number): void;
}

/** One chart over time. */
export function timeChart(options: ChartOptions): uPlot {
  const { group, panel, lines, seconds, place, isLog = false, limits = [], onZoom } = options;
  return new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: group, scales: ['x', null] },
        drag: { x: onZoom !== undefined, y: false, setScale: false },
        points: { size: 6 },
        y: false,
      },
      scales: {
        // A single point has a time around it too.
        x: { time: false, range: (_, low, high) => [low, high > low ? high : low + 1] },
        y: isLog ? logScale(limits) : fromZero(limits),
      },
      axes: [timeAxis(), { ...valueAxis(AXIS_WIDTH), ...(isLog ? logAxis : {}) }],
      series: seriesOf(panel, lines),
      bands: bandsOf(panel, lines),
      hooks: hooksOf(options),
    },
    chartData(panel, lines, seconds),
    place,
  );
}

/** The columns of a chart: the seconds, the drawn values of each line, and the lower edges of the brackets. */
export function chartData(
  { kind }: Panel,
  lines: readonly Line[],
  seconds: readonly number[],
): uPlot.AlignedData {
  const values = drawn(kind, lines);
  return [
    [...seconds],
    ...drawnOrder(kind, lines).map((index) => values[index]!),
    ...bracketed(lines).map(({ earliest }) => [...earliest]),
  ];
}

/** The index of a line among the series of its chart. */
export function seriesIndex({ kind }: Panel, lines: readonly Line[], index: number): number {
  return drawnOrder(kind, lines).indexOf(index) + 1;
}

export function resize(chart: uPlot, place: HTMLElement): void {
  if (place.clientWidth > 0) chart.setSize({ width: place.clientWidth, height: place.clientHeight });
}

/** The drawn values of each line; in a stack, on top of the lines before it. */
function drawn(kind: Panel['kind'], lines: readonly Line[]): (number | null)[][] {
  if (kind !== 'stack') return lines.map(({ values }) => [...values]);
  const heights: number[] = [];
  return lines.map(({ values }) =>
    values.map((value, index) => {
      heights[index] = (heights[index] ?? 0) + (value ?? 0);
      return heights[index]!;
    }),
  );
}

/** The lines of a stack from the top down, so that the lower ones are drawn over the higher ones. */
function drawnOrder(kind: Panel['kind'], lines: readonly Line[]): number[] {
  const order = lines.map((_, index) => index);
  return kind === 'stack' ? order.reverse() : order;
}

function bracketed(lines: readonly Line[]) {
  return lines.flatMap(({ earliest, colour: name }, index) =>
    earliest ? [{ index, earliest, colour: name }] : [],
  );
}

function seriesOf({ kind }: Panel, lines: readonly Line[]): uPlot.Series[] {
  return [
    {},
    ...drawnOrder(kind, lines).map((index) => lineOf(lines[index]!, kind === 'stack')),
    // The lower edge of a bracket has no line of its own.
    ...bracketed(lines).map(() => ({ width: 0, points: { show: false } })),
  ];
}

/** One line; a value without neighbours is drawn as a point. */
function lineOf({ label, colour: name, hidden = false }: Line, isFilled: boolean): uPlot.Series {
  return {
    label,
    show: !hidden,
    stroke: () => colour(name),
    width: isFilled ? 1 : 1.5,
    ...(isFilled ? { fill: () => faded(name, 55) } : {}),
    points: { show: false, size: 4, filter: ({ data }, series) => alone(data[series]!) },
  };
}

function alone(values: ArrayLike<number | null | undefined>): number[] | null {
  const found: number[] = [];
  for (let index = 0; index < values.length; index++)
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) found.push(index);
  return found.length > 0 ? found : null;
}

function bandsOf({ kind }: Panel, lines: readonly Line[]): uPlot.Band[] {
  const brackets = bracketed(lines).map(({ index, colour: name }, place): uPlot.Band => {
    return { series: [index + 1, lines.length + place + 1], fill: () => faded(name, 30) };
  });
  switch (kind) {
    case 'stack':
      return [...layers(lines), ...brackets];
    case 'bands':
      return [...betweenPercentiles(lines), ...brackets];
    case 'lines':
      return brackets;
  }
}

/** The layers of a stack, each from the top of the layer below it. Series are listed from the top. */
function layers(lines: readonly Line[]): uPlot.Band[] {
  return lines.slice(1).map((_, index) => ({ series: [index + 1, index + 2] }));
}

/** The bands between each percentile and the next lower one. */
function betweenPercentiles(lines: readonly Line[]): uPlot.Band[] {
  return lines.slice(1).flatMap((line, index) => {
    if (line.colour === 'faint') return [];
    return [{ series: [index + 2, index + 1], fill: () => faded(line.colour, 28) } satisfies uPlot.Band];
  });
}

function hooksOf(options: ChartOptions): uPlot.Hooks.Arrays {
  const { faults = [], instants, limits = [], mark, timeText, onCursor, onZoom } = options;
  const time = timeText && new CursorTime(timeText);
  const showTime = (chart: uPlot) =>
    time?.show(chart, chart.cursor.idx == null ? mark?.() : chart.data[0][chart.cursor.idx]);
  return {
    drawClear: [(chart) => shadeFaults(chart, faults)],
    draw: [
      (chart) => {
        nameFaults(chart, faults);
        markInstants(chart, instants?.() ?? []);
        drawLimits(chart, limits);
        drawMark(chart, mark?.());
        showTime(chart);
      },
    ],
    setCursor: [
      (chart) => {
        showTime(chart);
        onCursor(chart.cursor.idx ?? null);
      },
    ],
    setSelect: [
      (chart) => {
        const { left, width } = chart.select;
        if (width < 5) return;
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        onZoom?.(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
      },
    ],
  };
}
