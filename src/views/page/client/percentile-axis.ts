import type uPlot from 'uplot';
import { axis } from '../../../look/client/axes.ts';
import { percentileText } from './percentiles.ts';

/** An axis with labels at 1, 10, 100 …: each further nine of a percentile has the same width. */
export function percentileAxis(): uPlot.Axis {
  return {
    ...axis(26),
    splits: (_, __, ___, high) =>
      Array.from({ length: Math.floor(Math.log10(high) + 1e-9) + 1 }, (_, power) => 10 ** power),
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map(percentileText),
  };
}
