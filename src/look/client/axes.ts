import uPlot from 'uplot';
import { clock } from '../../kernel/figures.ts';
import type { Limit } from '../chart-data.ts';
import { onAxis } from '../units.ts';
import { topOf } from './limits.ts';
import { colour } from './palette.ts';

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

/** The part of the highest value up to which a limit is inside of the scale. */
const WITHIN = 1.6;

/**
 * From zero to a little above the highest value: no curve looks steeper than it is. A limit that is far above the
 * values does not flatten them.
 */
export function fromZero(limits: readonly Limit[] = []): uPlot.Scale {
  return {
    range: (_, __, high) => [0, high === null || high <= 0 ? 1 : highest(high, limits, WITHIN) * 1.08],
  };
}

/** A logarithmic scale around the values and near limits, to the next powers of ten. */
export function logScale(limits: readonly Limit[] = []): uPlot.Scale {
  return {
    distr: 3,
    range: (_, low, high) =>
      low == null || high == null ? [1, 10] : uPlot.rangeLog(low, highest(high, limits, 10), 10, false),
  };
}

/** The highest value, or the highest limit that is at most `within` times as high. */
function highest(high: number, limits: readonly Limit[], within: number): number {
  const near = limits.map(topOf).filter((limit) => limit <= high * within);
  return Math.max(high, ...near);
}

/** The axis of a logarithmic scale, with labels at round values. */
export const logAxis: uPlot.Axis = {
  splits: (_, __, low, high) => roundValues(low, high),
  filter: (_, splits) => splits,
  values: (_, splits) => splits.map(onAxis),
};

/** 1, 2, 5, 10, 20 … within bounds; only powers of ten over more than three decades. */
export function roundValues(low: number, high: number): number[] {
  const steps = Math.log10(high / low) > 3 ? [1] : [1, 2, 5];
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(1));
      if (value >= low && value <= high) found.push(value);
    }
  return found;
}
