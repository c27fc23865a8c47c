import uPlot from 'uplot';
import { onAxis } from '../units.ts';

/** A logarithmic scale around what there is, to the next tenths. */
export const logScale: uPlot.Scale = {
  distr: 3,
  range: (_, low, high) => (low == null || high == null ? [1, 10] : uPlot.rangeLog(low, high, 10, false)),
};

/** The axis of such a scale, with labels at round values. */
export const logAxis: uPlot.Axis = {
  splits: (_, __, low, high) => roundValues(low, high),
  filter: (_, splits) => splits,
  values: (_, splits) => splits.map(onAxis),
};

/** 1, 2, 5, 10, 20 … within bounds; the tens alone when there are many. */
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
