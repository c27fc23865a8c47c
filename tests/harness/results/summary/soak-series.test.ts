import { expect, test } from '@playwright/test';
import { metricSeries } from '../../../../src/results/summary/soak-series.ts';
import type { Sample } from '../../../../src/soak/evidence.ts';

/** A sawtooth with one deep minimum and one high maximum. */
const samples = Array.from({ length: 1000 }, (_, index): Sample => {
  const value = index === 437 ? -50 : index === 612 ? 500 : index % 10;
  return {
    atMs: index * 5000,
    round: 1,
    state: 'working',
    values: index < 500 ? { a: value } : { a: value, late: 1 },
  };
});

const of = (metric: string, most: number, isLowest: boolean) =>
  metricSeries(samples, { metrics: [metric], most, keepsMinima: () => isLowest }).get(metric)!;

test('thins to the minima of a memory, or to the maxima of others, at their times', () => {
  const floors = of('a', 50, true);
  expect(floors.values).toHaveLength(50);
  expect(floors.values.filter((value) => value !== 0)).toEqual([-50]);
  expect(floors.atS[floors.values.indexOf(-50)]).toBe(437 * 5);
  const tops = of('a', 50, false);
  expect(Math.max(...tops.values)).toBe(500);
  expect(Math.min(...tops.values)).toBe(9);
  expect([...tops.atS].sort((one, other) => one - other)).toEqual(tops.atS);
});

test('keeps all samples of a metric with few, and none of an unknown one', () => {
  expect(of('late', 500, true).values).toHaveLength(500);
  expect(of('late', 500, true).atS[0]).toBe(2500);
  expect(of('unknown', 50, true)).toEqual({ atS: [], values: [] });
});
