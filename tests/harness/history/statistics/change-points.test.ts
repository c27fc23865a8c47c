import { expect, test } from '@playwright/test';
import { changePoints } from '../../../../src/history/statistics/change-points.ts';
import { seeded } from '../../../../src/kernel/random.ts';
import { normal } from '../records.ts';

const options = { level: 0.001, leastDifference: 3, resolution: 0.01 };

/** Segments of normal values: `[how many, their mean]`. */
function segments(key: string, ...parts: readonly (readonly [number, number])[]): number[] {
  const random = seeded('segments', key);
  return parts.flatMap(([count, mean]) => Array.from({ length: count }, () => mean + normal(random)));
}
const found = (series: readonly number[], over = {}) =>
  changePoints(series, { ...options, ...over }).map(({ index }) => index);

test.describe('change points', () => {
  const cases: [string, readonly (readonly [number, number])[], number[]][] = [
    ['none', [[40, 10]], []],
    [
      'one in the middle',
      [
        [20, 10],
        [20, 20],
      ],
      [20],
    ],
    [
      'three runs from the end',
      [
        [20, 10],
        [3, 20],
      ],
      [20],
    ],
    [
      'three runs from the start',
      [
        [3, 20],
        [20, 10],
      ],
      [3],
    ],
    [
      'up and back',
      [
        [20, 10],
        [10, 20],
        [20, 10],
      ],
      [20, 30],
    ],
    [
      'stairs',
      [
        [15, 10],
        [15, 16],
        [15, 22],
      ],
      [15, 30],
    ],
    [
      'in a series longer than a segment',
      [
        [70, 10],
        [70, 20],
        [30, 12],
      ],
      [70, 140],
    ],
    [
      'two runs are none yet',
      [
        [20, 10],
        [2, 20],
      ],
      [],
    ],
  ];
  for (const [name, parts, expected] of cases) {
    test(name, () => expect(found(segments(name, ...parts))).toEqual(expected));
  }

  test('one slow run is none, wherever it is, and hides none', () => {
    const series = segments('outlier', [20, 10]);
    for (const position of [0, 10, 19]) {
      const outlier = series.with(position, 40);
      expect(found(outlier)).toEqual([]);
      // Next to the step, it belongs to what follows.
      const step = position === 19 ? 19 : 20;
      expect(found([...outlier, ...segments('after', [5, 18])])).toEqual([step]);
    }
  });

  test('both sides are told', () => {
    const [point] = changePoints(segments('sides', [20, 10], [20, 20]), options);
    expect(point!.before).toBeCloseTo(10, 0);
    expect(point!.after).toBeCloseTo(20, 0);
    expect(point!.pValue).toBeLessThan(1e-6);
  });

  test('a difference too small to be noticed is none, however sure it is', () => {
    const series = segments('small', [100, 10], [100, 11]).map((value) => value / 10);
    expect(found(series, { leastDifference: 0.05 })).not.toEqual([]);
    expect(found(series, { leastDifference: 0.5 })).toEqual([]);
  });

  test('values without any spread are changed by more than the clock can tell', () => {
    const steps = [...Array<number>(10).fill(5), ...Array<number>(5).fill(5.05)];
    expect(found(steps, { leastDifference: 0, resolution: 0.1 })).toEqual([]);
    expect(found(steps, { leastDifference: 0 })).toEqual([10]);
  });

  test('the same series always has the same ones; short ones have none', () => {
    const series = segments('again', [20, 10], [20, 14]);
    expect(changePoints(series, options)).toEqual(changePoints(series, options));
    for (const short of [[], [1], [1, 2, 3], [1, 1, 9, 9, 9]]) expect(found(short)).toEqual([]);
  });
});
