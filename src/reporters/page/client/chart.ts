import uPlot from 'uplot';
import { logAxis, logScale } from '../../../look/client/log-axis.ts';
import { faded } from '../../../look/client/palette.ts';
import { fromZero, lineOf, overTime, timeAxis, valueAxis } from '../../../look/client/time-chart.ts';
import type { Line, Panel, TimeGroup } from '../chart-data.ts';
import { nameFaults, shadeFaults } from './faults.ts';
import { drawn } from './stacked.ts';

/** All charts have axes of one width, so that their times stand above each other. */
const AXIS_WIDTH = 58;

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
  const least = lines.flatMap(({ earliest, colour }, index) =>
    earliest ? [{ index, earliest, colour }] : [],
  );
  const look = overTime(group.id, { width: place.clientWidth, height: place.clientHeight });
  return new uPlot(
    {
      ...look,
      cursor: { ...look.cursor, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
      scales: {
        x: { time: false, range: (_, low, high) => [low, high] },
        y: isLog ? logScale : fromZero,
      },
      axes: [timeAxis(), { ...valueAxis(AXIS_WIDTH), ...(isLog ? logAxis : {}) }],
      series: [
        {},
        ...order.map((index) => {
          const { colour: name, hidden = false, label } = lines[index]!;
          const drawnAs = isStack ? { width: 1, filled: 55 } : {};
          return { ...lineOf({ label, colour: name, ...drawnAs }), show: !hidden };
        }),
        // The lower edge of a bracket has no line of its own.
        ...least.map(() => ({ width: 0, points: { show: false } })),
      ],
      bands: [
        ...(panel.kind === 'bands' ? bands(lines) : isStack ? layers(lines) : []),
        ...least.map(({ index, colour }, place): uPlot.Band => {
          return { series: [index + 1, lines.length + place + 1], fill: () => faded(colour, 30) };
        }),
      ],
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
    [
      seconds as number[],
      ...order.map((index) => values[index]!),
      ...least.map(({ earliest }) => [...earliest]),
    ],
    place,
  );
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
