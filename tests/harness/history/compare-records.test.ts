import { expect, test } from '@playwright/test';
import { compareRecords } from '../../../src/history/compare-records.ts';
import { comparisonText } from '../../../src/history/comparison-text.ts';
import { watchedMetrics } from '../../../src/history/metrics.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { latencies, normal, operationOf, recordOf } from './records.ts';

const with_ = (
  n: number,
  mediansMs: Readonly<Record<string, number>>,
  over: Partial<HistoryRecord> = {},
  count = 600,
) =>
  recordOf(n, {
    operations: Object.fromEntries(
      Object.entries(mediansMs).map(([name, median]) => [
        name,
        operationOf(latencies(median, count, n, name)),
      ]),
    ),
    ...over,
  });
const findings = (before: HistoryRecord, after: HistoryRecord, series: HistoryRecord[] = []) =>
  Object.fromEntries(
    compareRecords(before, after, series.map(watchedMetrics)).map(({ metric, finding }) => [
      metric.name,
      finding,
    ]),
  );

test('a comparison gives each metric its own finding', () => {
  const before = with_(1, { same: 20, slow: 20, fast: 40, little: 3, gone: 5 });
  const after = with_(2, { same: 20, slow: 40, fast: 20, little: 4, new: 5 });
  const found = findings(before, after);
  expect(found).toMatchObject({
    'same p50': 'alike',
    'slow p50': 'worse',
    'fast p50': 'better',
    'little p50': 'small',
  });
  expect(found).toMatchObject({ 'slow p95': 'worse', 'slow p99': 'worse', 'slow error rate': 'alike' });
  expect(Object.keys(found).filter((name) => /gone|new/.test(name))).toEqual([]);
});

test('a comparison of swapped runs turns worse into better', () => {
  const [one, other] = [with_(1, { slow: 20 }), with_(2, { slow: 40 })];
  expect(findings(one, other)['slow p50']).toBe('worse');
  expect(findings(other, one)['slow p50']).toBe('better');
});

test('a comparison of too few samples gives no finding', () => {
  const found = findings(with_(1, { get: 20 }, {}, 60), with_(2, { get: 400 }, {}, 60));
  expect(found).toMatchObject({ 'get p50': 'worse', 'get p95': 'unknown' });
  expect(found).not.toHaveProperty('get p99');
  expect(findings(with_(1, { get: 20 }, {}, 5), with_(2, { get: 400 }, {}, 5))['get p50']).toBe('unknown');
});

test('a difference that is usual in the series is ordinary', () => {
  const random = seeded('usual');
  const series = Array.from({ length: 12 }, (_, n) =>
    with_(n, { list: 60 * Math.exp(0.25 * normal(random)) }),
  );
  const [before, after] = [with_(20, { list: 50 }), with_(21, { list: 65 })];
  expect(findings(before, after)['list p50']).toBe('worse');
  expect(findings(before, after, series)['list p50']).toBe('ordinary');
});

test.describe('the text of a comparison', () => {
  const before = with_(
    1,
    { slow: 20, gone: 5 },
    { figures: { throughput: { value: 50, unit: '/s', better: 'higher' } } },
  );
  const after = with_(
    2,
    { slow: 40, new: 5 },
    { figures: { throughput: { value: 20, unit: '/s', better: 'higher' } } },
  );
  const textOf = (one: HistoryRecord, other: HistoryRecord) => comparisonText(one, other, []).join('\n');

  test('shows both runs side by side, with the ratio and its meaning', () => {
    const text = textOf(before, after);
    expect(text).toMatch(/^ {3}A {2}20261101-010000-0001 {2}2026-11-01T01:00Z {2}passed {2}1234567$/m);
    expect(text).toMatch(/^ {3}slow p50 {4}\d\d\.\d ms {2}\d\d\.\d ms {2}× [12]\.\d\d {2}slower ❌$/m);
    expect(text).toMatch(
      /^ {3}throughput {3}50\.0\/s {3}20\.0\/s {2}× 0\.40 {2}one value per run: needs more runs$/m,
    );
    expect(text).toContain('only in A: gone');
    expect(text).toContain('only in B: new');
    expect(text).toContain('B is worse in 3 and better in 0 of 4 metrics.');
    expect(text).not.toContain('not comparable');
  });

  test('begins with the reasons why two runs are not comparable', () => {
    const other = { ...after, settings: { ITERATIONS: 600, SEED: 1 } };
    const text = textOf(before, other);
    expect(text).toContain('These runs are not comparable');
    expect(text.indexOf('These runs are not comparable')).toBeLessThan(text.indexOf('slow p50'));
    expect(text).toContain('   - ITERATIONS: 100 against 600');
    expect(text).toContain('of runs that differ in more than the service.');
  });

  test('says when two runs have nothing in common, or none is worse', () => {
    expect(textOf(recordOf(1), recordOf(2))).toContain('The two runs have no metric in common.');
    expect(textOf(with_(1, { get: 3 }), with_(2, { get: 3 }))).toContain('Neither run is worse.');
  });
});
