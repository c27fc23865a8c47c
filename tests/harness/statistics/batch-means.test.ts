import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { batchMeans } from '../../../src/statistics/batch-means.ts';
import { studentQuantile } from '../../../src/statistics/student-quantile.ts';
import { normal } from '../history/records.ts';

test('computes quantiles of Student’s t as in the usual tables', () => {
  for (const [tail, degrees, expected] of [
    [0.025, 1, 12.706],
    [0.025, 4, 2.776],
    [0.005, 10, 3.169],
    [0.001, 20, 3.552],
    [0.025, 1e6, 1.96],
  ] as const)
    expect(studentQuantile(tail, degrees)).toBeCloseTo(expected, 3);
});

/** Batches of 100 calls whose shares depend on their neighbours. */
function batches(key: number, length: number, { correlation = 0, deviation = 0.05 } = {}) {
  const random = seeded('batches', key);
  let noise = normal(random);
  return Array.from({ length }, () => {
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal(random);
    return { hits: Math.round(100 * Math.min(1, Math.max(0, 0.8 + deviation * noise))), of: 100 };
  });
}

/** The part of 400 series whose interval contains the true share. */
function covered(options: { correlation?: number; deviation?: number }, length = 20): number {
  const contained = Array.from({ length: 400 }, (_, key) => {
    const { low, high } = batchMeans(batches(key, length, options))!;
    return low <= 0.8 && 0.8 <= high;
  });
  return contained.filter(Boolean).length / 400;
}

test.describe('batch means', () => {
  test('have an interval that contains the true share in 95% of all levels', () => {
    expect(covered({})).toBeGreaterThan(0.92);
    expect(covered({ deviation: 0.1 }, 5)).toBeGreaterThan(0.92);
  });

  test('contain it nearly as often where batches depend on each other', () => {
    expect(covered({ correlation: 0.5, deviation: 0.08 })).toBeGreaterThan(0.8);
    const dependent = batches(3, 20, { correlation: 0.95 });
    expect(batchMeans(dependent)!.batches).toBeLessThan(20);
  });

  test('weigh each batch by its calls', () => {
    const found = batchMeans([
      { hits: 0, of: 1 },
      { hits: 99, of: 99 },
      { hits: 100, of: 100 },
    ])!;
    expect(found.share).toBeCloseTo(0.995, 9);
  });

  test('are not certain with few calls, although all batches are alike', () => {
    const few = batchMeans(Array.from({ length: 5 }, () => ({ hits: 10, of: 10 })))!;
    expect(few).toMatchObject({ share: 1, high: 1, batches: 5 });
    // Wilson: 50 / (50 + 1.96²)
    expect(few.low).toBeCloseTo(0.9286, 3);
    const many = batchMeans(Array.from({ length: 5 }, () => ({ hits: 1000, of: 1000 })))!;
    expect(many.low).toBeGreaterThan(0.999);
  });

  test('need three batches with calls', () => {
    const empty = { hits: 0, of: 0 };
    expect(batchMeans([])).toBeUndefined();
    expect(batchMeans([{ hits: 1, of: 1 }, empty, { hits: 1, of: 1 }, empty])).toBeUndefined();
  });

  test('have a wider interval for a smaller tail', () => {
    const [usual, small] = [batchMeans(batches(1, 8))!, batchMeans(batches(1, 8), 0.005)!];
    expect(small.low).toBeLessThan(usual.low);
    expect(small.high).toBeGreaterThan(usual.high);
    expect(small.share).toBe(usual.share);
  });
});
