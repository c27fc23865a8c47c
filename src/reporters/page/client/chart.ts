import uPlot from 'uplot';
import type { Line, Panel, TimeGroup } from '../chart-data.ts';
import { clockTime, onAxis } from '../units.ts';
import { nameFaults, shadeFaults } from './faults.ts';
import { logAxis, logScale } from './log-axis.ts';
import { colour, faded } from './palette.ts';
import { drawn } from './stacked.ts';

/** All charts have axes of one width, so that their times stand above each other. */
const AXIS_WIDTH = 58;
const FONT = '11px system-ui, sans-serif';
/** Steps of the time axis, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

export interface ChartOptions {
  readonly group: TimeGroup;
  readonly panel: Panel;
  readonly lines: readonly Line[];
  readonly place: HTMLElement;
  readonly isLog: boolean;
  /** The cursor went to this index of the data, or away. */
  onCursor(index: number | null): void;
  onZoom(fromS: number, toS: number): void;
}

/** One chart of the time axis. */
export function timeChart({ group, panel, lines, place, isLog, onCursor, onZoom }: ChartOptions): uPlot {
  const seconds = panel.seconds ?? group.seconds;
  const values = drawn(panel, lines);
  const isStack = panel.kind === 'stack';
  // Higher ones first, so that the lower ones are drawn over them.
  const order = lines.map((_, index) => index);
  if (isStack) order.reverse();
  return new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: group.id, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        y: false,
      },
      scales: {
        x: { time: false, range: (_, low, high) => [low, high] },
        y: isLog ? logScale : { range: (_, __, high) => [0, high === null || high <= 0 ? 1 : high * 1.08] },
      },
      axes: [
        {
          stroke: () => colour('axis'),
          font: FONT,
          size: 26,
          space: 60,
          incrs: STEPS,
          values: (_, splits) => splits.map(clockTime),
          grid: { stroke: () => colour('grid'), width: 1 },
          ticks: { show: false },
        },
        {
          stroke: () => colour('axis'),
          font: FONT,
          size: AXIS_WIDTH,
          space: 28,
          ...(isLog ? logAxis : { values: (_: uPlot, splits: number[]) => splits.map(onAxis) }),
          grid: { stroke: () => colour('grid'), width: 1 },
          ticks: { show: false },
        },
      ],
      series: [
        {},
        ...order.map((index) => {
          const { colour: name, hidden = false, label } = lines[index]!;
          return {
            label,
            show: !hidden,
            stroke: () => colour(name),
            width: isStack ? 1 : 1.5,
            ...(isStack ? { fill: () => faded(name, 55) } : {}),
            points: { show: false, size: 4, filter: () => alone(values[index]!) },
          };
        }),
      ],
      bands: panel.kind === 'bands' ? bands(lines) : isStack ? layers(lines) : [],
      hooks: {
        drawClear: [(chart) => shadeFaults(chart, group.faults)],
        draw: [(chart) => nameFaults(chart, group.faults)],
        setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)],
        setSelect: [
          (chart) => {
            const { left, width } = chart.select;
            if (width < 5) return;
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            onZoom(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
          },
        ],
      },
    },
    [seconds as number[], ...order.map((index) => values[index]!)],
    place,
  );
}

/** Values without a neighbour, of which a line shows nothing. */
function alone(values: readonly (number | null)[]): number[] | null {
  const found = values.flatMap((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
      ? [index]
      : [],
  );
  return found.length > 0 ? found : null;
}

/** What is stacked: each line's own part, from the top of the one below it. Series are listed from the top. */
function layers(lines: readonly Line[]): uPlot.Band[] {
  return lines.slice(1).map((_, index) => ({ series: [index + 1, index + 2] }));
}

/** The room between a percentile and the next lower one. */
function bands(lines: readonly Line[]): uPlot.Band[] {
  return lines.slice(1).flatMap((line, index) => {
    if (line.colour === 'faint') return [];
    return [{ series: [index + 2, index + 1], fill: () => faded(line.colour, 28) } satisfies uPlot.Band];
  });
}

export function resize(chart: uPlot, place: HTMLElement): void {
  if (place.clientWidth > 0) chart.setSize({ width: place.clientWidth, height: place.clientHeight });
}
