import type uPlot from 'uplot';
import { clock } from '../../kernel/figures.ts';
import type { Colour } from '../colour.ts';
import { onAxis } from '../units.ts';
import { colour, faded } from './palette.ts';

const FONT = '11px system-ui, sans-serif';
/** Steps of the time axis, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** An axis as all charts have it; `size` in CSS pixels, equal in charts that stand above each other. */
export function axis(size: number): uPlot.Axis {
  return {
    stroke: () => colour('axis'),
    font: FONT,
    size,
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { show: false },
  };
}

export function timeAxis(): uPlot.Axis {
  return { ...axis(26), space: 60, incrs: STEPS, values: (_, splits) => splits.map(clock) };
}

export function valueAxis(size: number): uPlot.Axis {
  return { ...axis(size), space: 28, values: (_, splits) => splits.map(onAxis) };
}

/** From zero to a little above the highest value: no curve looks steeper than it is. */
export const fromZero: uPlot.Scale = {
  range: (_, __, high) => [0, high === null || high <= 0 ? 1 : high * 1.08],
};

/** What all charts over time are; `group` is what shares one cursor. */
export function overTime(group: string, { width, height }: { width: number; height: number }) {
  return {
    width,
    height,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: group, scales: ['x', null] }, y: false },
  } satisfies Partial<uPlot.Options>;
}

export interface LineLook {
  readonly label: string;
  readonly colour: Colour;
  readonly width?: number;
  /** How much of the colour is below it, in percent. */
  readonly filled?: number;
}

/** One line; a value without a neighbour, of which a line shows nothing, is a point. */
export function lineOf({ label, colour: name, width = 1.5, filled }: LineLook): uPlot.Series {
  return {
    label,
    stroke: () => colour(name),
    width,
    ...(filled === undefined ? {} : { fill: () => faded(name, filled) }),
    points: { show: false, size: 4, filter: ({ data }, series) => alone(data[series]!) },
  };
}

function alone(values: ArrayLike<number | null | undefined>): number[] | null {
  const found: number[] = [];
  for (let index = 0; index < values.length; index++)
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) found.push(index);
  return found.length > 0 ? found : null;
}
