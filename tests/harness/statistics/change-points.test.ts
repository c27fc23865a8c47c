import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { changePoints } from '../../../src/statistics/change-points.ts';
import { normal } from '../history/records.ts';

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
    ['finds no change in a flat series', [[40, 10]], []],
    [
      'finds one step in the middle',
      [
        [20, 10],
        [20, 20],
      ],
      [20],
    ],
    [
      'finds a step three runs before the end',
      [
        [20, 10],
        [3, 20],
      ],
      [20],
    ],
    [
      'finds a step three runs after the start',
      [
        [3, 20],
        [20, 10],
      ],
      [3],
    ],
    [
      'finds a step up and the step back',
      [
        [20, 10],
        [10, 20],
        [20, 10],
      ],
      [20, 30],
    ],
    [
      'finds both of two steps up',
      [
        [15, 10],
        [15, 16],
        [15, 22],
      ],
      [15, 30],
    ],
    [
      'finds the steps in a series longer than a segment',
      [
        [70, 10],
        [70, 20],
        [30, 12],
      ],
      [70, 140],
    ],
    [
      'ignores a step of only two runs',
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

  test('ignores one slow run, and finds the step beside it', () => {
    const series = segments('outlier', [20, 10]);
    for (const position of [0, 10, 19]) {
      const outlier = series.with(position, 40);
      expect(found(outlier)).toEqual([]);
      // Beside the step, the outlier belongs to the second segment.
      const step = position === 19 ? 19 : 20;
      expect(found([...outlier, ...segments('after', [5, 18])])).toEqual([step]);
    }
  });

  test('gives the means of both sides and a p-value', () => {
    const [point] = changePoints(segments('sides', [20, 10], [20, 20]), options);
    expect(point!.before).toBeCloseTo(10, 0);
    expect(point!.after).toBeCloseTo(20, 0);
    expect(point!.pValue).toBeLessThan(1e-6);
  });

  test('ignores a difference that is too small, however significant', () => {
    const series = segments('small', [100, 10], [100, 11]).map((value) => value / 10);
    expect(found(series, { leastDifference: 0.05 })).not.toEqual([]);
    expect(found(series, { leastDifference: 0.5 })).toEqual([]);
  });

  test('needs a difference above the clock resolution when values have no spread', () => {
    const steps = [...Array<number>(10).fill(5), ...Array<number>(5).fill(5.05)];
    expect(found(steps, { leastDifference: 0, resolution: 0.1 })).toEqual([]);
    expect(found(steps, { leastDifference: 0 })).toEqual([10]);
  });

  test('finds the same changes again, and none in a short series', () => {
    const series = segments('again', [20, 10], [20, 14]);
    expect(changePoints(series, options)).toEqual(changePoints(series, options));
    for (const short of [[], [1], [1, 2, 3], [1, 1, 9, 9, 9]]) expect(found(short)).toEqual([]);
  });
});
