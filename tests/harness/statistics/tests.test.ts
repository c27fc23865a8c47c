import { expect, test } from '@playwright/test';
import { permutationTest, wilcoxonRankSum } from 'simple-statistics';
import { seeded } from '../../../src/kernel/random.ts';
import { moreFrequent } from '../../../src/statistics/fisher.ts';
import { holm } from '../../../src/statistics/holm.ts';
import { rankTest } from '../../../src/statistics/rank-test.ts';
import { normalTail, studentTail } from '../../../src/statistics/tails.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { latencies, operationOf } from '../history/records.ts';

const counted = (values: readonly number[]) =>
  [...new Set(values)]
    .sort((one, other) => one - other)
    .map((ms) => ({ ms, count: values.filter((value) => value === ms).length }));

test.describe('tails of distributions', () => {
  // Critical values from the usual tables.
  const student: [number, number, number][] = [
    [6.314, 1, 0.05],
    [2.776, 4, 0.025],
    [4.604, 4, 0.005],
    [3.169, 10, 0.005],
    [3.552, 20, 0.001],
    [1.96, 1e7, 0.025],
  ];
  for (const [t, degrees, expected] of student) {
    test(`computes the tail of Student’s t above ${t} with ${degrees} degrees of freedom`, () => {
      expect(studentTail(t, degrees) / expected).toBeCloseTo(1, 2);
      expect(studentTail(-t, degrees)).toBeCloseTo(1 - expected, 4);
    });
  }
  test('computes the tail of Student’s t at 0 and at infinity', () => {
    expect(studentTail(0, 7)).toBeCloseTo(0.5, 12);
    expect(studentTail(Number.POSITIVE_INFINITY, 3)).toBe(0);
  });
  test('computes the tail of the normal distribution', () => {
    expect(normalTail(1.959964)).toBeCloseTo(0.025, 6);
    expect(normalTail(5) / 2.8665157e-7).toBeCloseTo(1, 5);
    expect(normalTail(-1)).toBeCloseTo(0.8413447, 6);
  });
});

test.describe('rank test', () => {
  const random = seeded('rank sums');
  const samples: [string, number[], number[]][] = [
    ['without ties', latencies(3, 40, 'a'), latencies(4, 55, 'b')],
    [
      'with many ties',
      Array.from({ length: 60 }, () => Math.floor(random() * 5)),
      Array.from({ length: 30 }, () => Math.floor(random() * 7)),
    ],
    ['all values equal', Array(10).fill(3), Array(12).fill(3)],
    ['separate ranges', [1, 2, 3], [10, 11]],
  ];
  for (const [name, one, other] of samples) {
    test(`has the rank sum of simple-statistics (${name})`, () => {
      expect(rankTest(counted(one), counted(other)).rankSum).toBeCloseTo(
        wilcoxonRankSum([...one], [...other]),
        9,
      );
    });
  }

  test('approximates the p-value of a permutation test', () => {
    for (const [key, median] of [
      ['same', 3],
      ['a little', 3.2],
      ['more', 3.4],
    ] as const) {
      const [later, earlier] = [latencies(median, 80, key), latencies(3, 100, 'before', key)];
      const { pValue } = rankTest(counted(later), counted(earlier));
      const ranks = new Map(counted([...later, ...earlier]).map(({ ms }, rank) => [ms, rank]));
      const ranked = (values: readonly number[]) => values.map((value) => ranks.get(value)!);
      const permuted = permutationTest(
        ranked(later),
        ranked(earlier),
        'greater',
        4000,
        seeded('permute', key),
      );
      expect(Math.abs(pValue - permuted), `${key}: ${pValue} and ${permuted}`).toBeLessThan(0.02);
    }
  });

  test('finds slower samples, and no faster ones', () => {
    const [slow, fast] = [counted(latencies(6, 50, 'slow')), counted(latencies(3, 50, 'fast'))];
    expect(rankTest(slow, fast).pValue).toBeLessThan(1e-6);
    expect(rankTest(fast, slow).pValue).toBeGreaterThan(0.999);
    expect(rankTest(slow, fast).superiority).toBeGreaterThan(0.9);
  });

  test('finds no difference between constant samples', () => {
    const alike = [{ ms: 3, count: 100 }];
    expect(rankTest(alike, alike)).toEqual({ rankSum: 10_050, superiority: 0.5, pValue: 1 });
  });

  test('compares the histograms of two load runs', () => {
    const values = (median: number) =>
      LatencyHistogram.decode(operationOf(latencies(median, 20_000, median)).ok!).values();
    expect(rankTest(values(3), values(3)).pValue).toBeGreaterThan(0.4);
    expect(rankTest(values(3.05), values(3)).pValue).toBeLessThan(0.01);
  });
});

test.describe('Fisher’s exact test', () => {
  test('matches the example of the lady tasting tea', () => {
    expect(moreFrequent({ hits: 4, of: 4 }, { hits: 0, of: 4 })).toBeCloseTo(1 / 70, 9);
    expect(moreFrequent({ hits: 3, of: 4 }, { hits: 1, of: 4 })).toBeCloseTo(17 / 70, 9);
  });
  test('finds nothing without failures or with fewer failures', () => {
    expect(moreFrequent({ hits: 0, of: 100 }, { hits: 0, of: 100 })).toBe(1);
    expect(moreFrequent({ hits: 1, of: 100 }, { hits: 30, of: 100 })).toBeCloseTo(1, 6);
  });
  test('finds a higher error rate in the counts of a load run', () => {
    expect(moreFrequent({ hits: 2600, of: 50_000 }, { hits: 2500, of: 50_000 })).toBeCloseTo(0.076, 2);
    expect(moreFrequent({ hits: 3000, of: 50_000 }, { hits: 2500, of: 50_000 })).toBeLessThan(1e-9);
  });
});

test.describe('Holm’s correction', () => {
  test('corrects p-values as in a textbook example', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((value) => Number(value.toFixed(4)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
  test('corrects p-values to at most 1, and keeps a single one', () => {
    expect(holm([])).toEqual([]);
    expect(holm([0.7, 0.9])).toEqual([1, 1]);
    expect(holm([0.02])).toEqual([0.02]);
  });
});
