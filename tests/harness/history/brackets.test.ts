import { expect, test } from '@playwright/test';
import { compareRecords } from '../../../src/history/compare-records.ts';
import { comparisonText } from '../../../src/history/comparison-text.ts';
import { metricsOf, watchedMetrics } from '../../../src/history/metrics.ts';
import { type HistoryRecord, operationRecord, recordSchema } from '../../../src/history/record.ts';
import { judgeByThePast } from '../../../src/history/regressions.ts';
import { trendLines } from '../../../src/history/trend-text.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { latencies, normal, recordOf } from './records.ts';

/** Answers that took at most these times, and at least `widthMs` less. */
function within(latestMs: readonly number[], widthMs: number): HistoryRecord['operations'][string] {
  const [ok, earliest] = [LatencyHistogram.empty(), LatencyHistogram.empty()];
  for (const ms of latestMs) {
    ok.record(ms);
    earliest.record(Math.max(0, ms - widthMs));
  }
  return operationRecord({ outcomes: { ok: ok.count }, ok: ok.encode(), earliest: earliest.encode() });
}

/** Run `n` of one operation around a median, as the generator saw it: up to `widthMs` too late. */
const run = (n: number, medianMs: number, widthMs = 0, over: Partial<HistoryRecord> = {}) =>
  recordOf(n, { operations: { get: within(latencies(medianMs, 600, n), widthMs) }, ...over });

const found = (before: HistoryRecord, after: HistoryRecord) =>
  Object.fromEntries(compareRecords(before, after, []).map(({ metric, finding }) => [metric.name, finding]));

test.describe('the comparison of two runs with brackets', () => {
  test('finds worse or better when both ends of the brackets agree', () => {
    expect(found(run(1, 100, 10), run(2, 150, 10))).toMatchObject({ 'get p50': 'worse', 'get p95': 'worse' });
    expect(found(run(1, 150, 10), run(2, 100, 10))).toMatchObject({
      'get p50': 'better',
      'get p95': 'better',
    });
  });

  test('is inconclusive when a late load generator alone explains the difference', () => {
    // The second run looks 50 ms slower, but the generator may cause 45 ms of them.
    expect(found(run(1, 100), run(2, 150))['get p50']).toBe('worse');
    expect(found(run(1, 100), run(2, 150, 45))['get p50']).toBe('inconclusive');
    expect(found(run(1, 150, 45), run(2, 100))['get p50']).toBe('inconclusive');
  });

  test('is inconclusive when both brackets are wider than the effect', () => {
    expect(found(run(1, 100, 3), run(2, 100, 3))['get p50']).toBe('alike');
    expect(found(run(1, 100, 40), run(2, 100, 40))['get p50']).toBe('inconclusive');
  });

  test('is inconclusive when one bracket is wider than the effect', () => {
    // The first run, or the second, may have been much faster than it looks.
    expect(found(run(1, 100, 45), run(2, 100))['get p50']).toBe('inconclusive');
    expect(found(run(1, 100), run(2, 100, 45))['get p50']).toBe('inconclusive');
    expect(found(run(1, 100), run(2, 100))['get p50']).toBe('alike');
  });

  test('finds the same with narrow brackets as without', () => {
    for (const [before, after] of [
      [100, 100],
      [100, 104],
      [100, 130],
      [130, 100],
    ] as const)
      expect(found(run(1, before, 0.2), run(2, after, 0.2))['get p50']).toBe(
        found(run(1, before), run(2, after))['get p50'],
      );
  });

  test('shows brackets and inconclusive metrics in its text', () => {
    const text = comparisonText(run(1, 100), run(2, 150, 45), []).join('\n');
    expect(text).toMatch(
      /get p50\s+\d+ ms\s+\d+ ms \(−45\)\s+× 1\.\d\d\s+inconclusive within the brackets ❔/,
    );
    expect(text).toContain('inconclusive: the load generator read answers too late in A or B.');
    const exact = comparisonText(run(1, 100), run(2, 150), []).join('\n');
    expect(exact).not.toContain('(−');
    expect(exact).not.toContain('inconclusive');
  });
});

test.describe('a record with brackets', () => {
  test('keeps the earliest latencies, and gives both ends of a percentile', () => {
    const record = recordSchema.parse(JSON.parse(JSON.stringify(run(1, 100, 10))));
    const p50 = metricsOf(record).get('get p50')!;
    expect(p50.value - p50.earliest!).toBeCloseTo(10, 0);
  });

  test('omits the earliest latencies when they are exact', () => {
    const record = run(1, 100);
    expect(record.operations.get).not.toHaveProperty('earliest');
    expect(metricsOf(record).get('get p50')).not.toHaveProperty('earliest');
  });

  test('counts as exact when an older version lacks the earliest latencies', () => {
    const { earliest: _, ...older } = run(1, 100, 10).operations.get!;
    const record = recordSchema.parse(recordOf(1, { operations: { get: older } }));
    expect(found(record, run(2, 150, 10))['get p50']).toBe('worse');
    expect(found(record, run(2, 150, 45))['get p50']).toBe('inconclusive');
  });

  test('saves no latencies without a success', () => {
    const empty = LatencyHistogram.empty().encode();
    expect(operationRecord({ outcomes: { timeout: 3 }, ok: empty, earliest: empty })).toEqual({
      outcomes: { timeout: 3 },
    });
  });
});

test.describe('brackets against the baseline', () => {
  const judged = (before: HistoryRecord, after: HistoryRecord) =>
    judgeByThePast(after, { baseline: before, earlier: [] });

  test('finds a regression that holds at both ends of the brackets', () => {
    const { regressions, inconclusive } = judged(run(1, 100, 5), run(2, 150, 5));
    expect(regressions.map(({ metric }) => metric)).toEqual(['get p50', 'get p95']);
    expect(regressions[0]!.message).toMatch(
      /^get p50 is \d+ ms \(−5\), \d\d% slower than in the baseline \(\d+ ms \(−5\); p < 0\.0001\)$/,
    );
    expect(regressions[0]!.after - regressions[0]!.earliest!).toBeCloseTo(5, 0);
    expect(inconclusive).toEqual([]);
  });

  test('reports an uncertain slowdown as inconclusive, not as a regression', () => {
    const { regressions, inconclusive } = judged(run(1, 100), run(2, 150, 45));
    expect(regressions.map(({ metric }) => metric)).not.toContain('get p50');
    expect(inconclusive[0]).toMatch(
      /^Cannot tell whether get p50 became slower: \d+ ms \(−45\) against \d+ ms in the baseline\. The load generator read the answers too late: use more workers or less load\.$/,
    );
  });

  test('reports nothing when a metric looks alike or faster', () => {
    expect(judged(run(1, 100, 45), run(2, 100, 45))).toEqual({ regressions: [], inconclusive: [] });
    expect(judged(run(1, 150, 45), run(2, 100))).toEqual({ regressions: [], inconclusive: [] });
  });
});

test.describe('brackets over the series', () => {
  const median = (n: number) => (n < 12 ? 100 : 140) * Math.exp(0.02 * normal(seeded('series', n)));
  const series = (widthMs: (n: number) => number) =>
    Array.from({ length: 16 }, (_, n) => run(n, median(n), widthMs(n)));
  const judged = (records: HistoryRecord[]) =>
    judgeByThePast(records.at(-1)!, { earlier: records.slice(0, -1) });

  test('finds a step of the service when the brackets are narrow', () => {
    const { regressions, inconclusive } = judged(series(() => 3));
    expect(regressions.map(({ metric }) => metric)).toContain('get p50');
    expect(regressions[0]!.message).toMatch(
      /^get p50 is \d+ ms \(−3\) since \d runs, \d\d% slower than before \(/,
    );
    expect(inconclusive).toEqual([]);
  });

  test('reports a step of the load generator as inconclusive', () => {
    const records = series((n) => (n < 12 ? 0 : 40));
    const { regressions, inconclusive } = judged(records);
    expect(regressions.filter(({ metric }) => metric === 'get p50')).toEqual([]);
    expect(inconclusive[0]).toMatch(
      /^Cannot tell whether get p50 became slower: \d+ ms \(−40\) against [\d.]+ ms before\./,
    );
    expect(watchedMetrics(records.at(-1)!).get('get p50')!.earliest).toBeLessThan(110);
  });

  test('marks an inconclusive change in the trend', () => {
    const text = (records: HistoryRecord[]) =>
      trendLines(records as [HistoryRecord, ...HistoryRecord[]], 'p50').join('\n');
    expect(text(series((n) => (n < 12 ? 0 : 40)))).toContain('inconclusive within the brackets ❔');
    const certain = text(series(() => 3));
    expect(certain).toMatch(/slower, [\d.]+ ms → \d+ ms/);
    expect(certain).not.toContain('inconclusive');
  });
});
