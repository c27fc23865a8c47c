import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { mannKendall } from '../../../src/statistics/mann-kendall.ts';
import { theilSen } from '../../../src/statistics/theil-sen.ts';
import { normal } from '../history/records.ts';

/** A series whose neighbours have this correlation, and which rises by `slope` from value to value. */
function series(key: string | number, length: number, { correlation = 0, slope = 0 } = {}): number[] {
  const random = seeded('trends', key);
  let noise = normal(random);
  return Array.from({ length }, (_, at) => {
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal(random);
    return 10 + slope * at + noise;
  });
}

const timed = (values: readonly number[]) => values.map((value, at) => ({ at, value }));

/** The part of 500 series for which `holds` is true. */
function part(holds: (key: number) => boolean): number {
  return Array.from({ length: 500 }, (_, key) => holds(key)).filter(Boolean).length / 500;
}

test.describe('Mann–Kendall', () => {
  test('has the exact p-values of the tables for few values', () => {
    // Kendall 1975, table 1: n = 4, S = 6: 0.042; n = 5, S = 10: 0.0083; n = 5, S = 6: 0.117; n = 8, S = 16: 0.031.
    expect(mannKendall([1, 2, 3, 4]).pValue).toBeCloseTo(1 / 24, 9);
    expect(mannKendall([1, 2, 3, 4, 5]).pValue).toBeCloseTo(1 / 120, 9);
    expect(mannKendall([2, 1, 3, 5, 4])).toMatchObject({ score: 6, pValue: expect.closeTo(0.117, 3) });
    expect(mannKendall([2, 1, 4, 3, 6, 5, 7, 8]).score).toBe(22);
    expect(mannKendall([4, 3, 2, 1]).pValue).toBe(1);
  });

  test('approximates the exact p-value, with ties', () => {
    // Eleven values: one pair of ties changes the variance of 165 to 164.
    const found = mannKendall([1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(found.score).toBe(54);
    expect(found.variance).toBeCloseTo(164, 9);
    expect(found.pValue).toBeLessThan(0.0001);
  });

  test('finds no trend in equal values, in two values and in none', () => {
    for (const values of [[3, 3, 3, 3, 3], [1, 2], [7], []]) expect(mannKendall(values).pValue).toBe(1);
  });

  test('finds a rise, and no rise in a fall', () => {
    const rising = series('rise', 30, { slope: 0.1 });
    expect(mannKendall(rising).pValue).toBeLessThan(0.01);
    expect(mannKendall([...rising].reverse()).pValue).toBeGreaterThan(0.99);
  });

  test('has its rate of false alarms with independent values', () => {
    const alarms = part((key) => mannKendall(series(key, 40)).pValue < 0.05);
    expect(alarms).toBeGreaterThan(0.02);
    expect(alarms).toBeLessThan(0.08);
  });

  test('keeps it with autocorrelated values only if they are declared', () => {
    const alarms = (isAutocorrelated: boolean) =>
      part((key) => mannKendall(series(key, 40, { correlation: 0.6 }), { isAutocorrelated }).pValue < 0.01);
    expect(alarms(false)).toBeGreaterThan(0.06);
    expect(alarms(true)).toBeLessThan(0.03);
  });

  test('still finds a trend in autocorrelated values', () => {
    const found = part((key) => {
      const values = series(key, 40, { correlation: 0.5, slope: 0.15 });
      return mannKendall(values, { isAutocorrelated: true }).pValue < 0.01;
    });
    expect(found).toBeGreaterThan(0.9);
  });
});

test.describe('Theil–Sen', () => {
  test('finds the slope and the start of a line, in any order', () => {
    const line = [4, 0, 2, 3, 1].map((at) => ({ at, value: 7 + 2.5 * at }));
    expect(theilSen(line)).toMatchObject({ slope: 2.5, intercept: 7 });
  });

  test('ignores a quarter of outliers, which move a line of least squares', () => {
    const points = timed(series('outliers', 40, { slope: 0.5 })).map((point) =>
      point.at % 5 === 0 && point.at > 20 ? { ...point, value: 500 } : point,
    );
    expect(theilSen(points)!.slope).toBeGreaterThan(0.4);
    expect(theilSen(points)!.slope).toBeLessThan(0.65);
  });

  test('has an interval that contains the true slope in 95% of all series', () => {
    const contained = part((key) => {
      const { low, high } = theilSen(timed(series(key, 25, { slope: 0.2 })))!;
      return low <= 0.2 && 0.2 <= high;
    });
    expect(contained).toBeGreaterThan(0.92);
    expect(contained).toBeLessThan(0.98);
  });

  test('has a wider interval where values depend on each other', () => {
    const points = timed(series('wide', 60, { correlation: 0.7 }));
    const [plain, wide] = [theilSen(points)!, theilSen(points, { isAutocorrelated: true })!];
    expect(wide.high - wide.low).toBeGreaterThan(1.2 * (plain.high - plain.low));
    expect(wide.slope).toBe(plain.slope);
  });

  test('agrees with the example of Sen (1968)', () => {
    const values = [9, 15, 19, 20, 45, 55, 78];
    const at = [1, 2, 3, 4, 10, 12, 18];
    const found = theilSen(at.map((time, index) => ({ at: time, value: values[index]! })))!;
    expect(found.slope).toBeCloseTo(4, 9);
  });

  test('has no slope for points at one time, and no bounds for two points', () => {
    expect(theilSen([])).toBeUndefined();
    expect(
      theilSen([
        { at: 1, value: 1 },
        { at: 1, value: 5 },
      ]),
    ).toBeUndefined();
    expect(
      theilSen([
        { at: 0, value: 1 },
        { at: 2, value: 5 },
      ]),
    ).toEqual({
      slope: 2,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      intercept: 1,
    });
  });
});
