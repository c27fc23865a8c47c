import { expect, test } from '@playwright/test';
import { compareRecords } from '../../../src/history/compare-records.ts';
import { metricsOf } from '../../../src/history/metrics.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { judgeByThePast, type Known, stillRegressed } from '../../../src/history/regressions.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { latencies, machine, normal, operationOf, recordOf } from './records.ts';

/** The regressions that are certain. */
const findRegressions = (current: HistoryRecord, known: Known) => judgeByThePast(current, known).regressions;

const endpoints = ['health', 'meeting.create', 'meeting.get', 'meeting.join', 'meeting.list'];

/** Run `n` of five endpoints that take 3 ms, with a spread of 5% between runs; `slower` changes some of them. */
function bench(
  n: number,
  slower: Readonly<Record<string, (ms: number) => number>> = {},
  over: Partial<HistoryRecord> = {},
) {
  const random = seeded('between runs', n);
  const operations = Object.fromEntries(
    endpoints.map((name) => {
      const median = 3 * Math.exp(0.05 * normal(random));
      return [name, operationOf(latencies(median, 100, n, name).map(slower[name] ?? ((ms) => ms)))];
    }),
  );
  return recordOf(n, { operations, ...over });
}
const earlier = Array.from({ length: 20 }, (_, n) => bench(n));
const metrics = (found: readonly { metric: string; against: string }[]) =>
  found.map(({ metric, against }) => `${metric} ${against}`);

test.describe('regressions against the baseline', () => {
  test('finds an endpoint that became 20 ms slower, and no other', () => {
    const current = bench(30, { 'meeting.get': (ms) => ms + 20 });
    const found = findRegressions(current, { baseline: earlier[0], earlier: [] });
    expect(metrics(found)).toEqual(['meeting.get p50 baseline', 'meeting.get p95 baseline']);
    expect(found[0]).toMatchObject({ unit: 'ms', pValue: expect.any(Number) });
    expect(found[0]!.ratio).toBeGreaterThan(5);
    expect(found[0]!.message).toMatch(
      /^meeting\.get p50 is 2\d\.\d ms, \d{3}% slower than in the baseline \([23]\.\d\d ms; p < 0\.0001\)$/,
    );
  });

  test('finds no regression in ten runs of the same service', () => {
    for (const known of [[], earlier])
      for (let n = 30; n < 40; n++)
        expect(findRegressions(bench(n), { baseline: earlier[0], earlier: known })).toEqual([]);
  });

  test('ignores a significant difference of 20% of 3 ms', () => {
    const current = bench(30, { 'meeting.get': (ms) => ms * 1.2 });
    expect(findRegressions(current, { baseline: earlier[0], earlier: [] })).toEqual([]);
  });

  test('ignores an endpoint that became faster', () => {
    const current = bench(30, { 'meeting.get': (ms) => ms / 10 });
    expect(findRegressions(current, { baseline: earlier[0], earlier })).toEqual([]);
  });

  test('finds a P95 that grew while the median stayed', () => {
    const slow = (ms: number) => (ms > 3.6 ? ms + 40 : ms);
    const found = findRegressions(bench(30, { health: slow }), { baseline: earlier[0], earlier: [] });
    expect(metrics(found)).toEqual(['health p95 baseline']);
  });

  test('finds an error rate that was 0', () => {
    const failing = (n: number, failed: number) => {
      const record = bench(n);
      record.operations.health = operationOf(latencies(3, 100 - failed, n), { 'http 500': failed });
      return record;
    };
    const found = findRegressions(failing(30, 15), { baseline: earlier[0], earlier: [] });
    expect(metrics(found)).toEqual(['health error rate baseline']);
    expect(found[0]!.ratio).toBeNull();
    expect(found[0]!.message).toMatch(
      /^health error rate is 15\.00%, 15\.00 percentage points more than in the baseline \(0\.00%/,
    );
    expect(findRegressions(failing(30, 2), { baseline: earlier[0], earlier: [] })).toEqual([]);
  });

  test('judges a figure only when earlier runs show how much it varies', () => {
    const recovering = (n: number, seconds: number) =>
      recordOf(n, { figures: { 'recovery time': { value: seconds, unit: 's', better: 'lower' } } });
    const random = seeded('recovery');
    const past = Array.from({ length: 12 }, (_, n) => recovering(n, 3 + 0.1 * normal(random)));
    expect(findRegressions(recovering(30, 9), { baseline: past[0], earlier: [] })).toEqual([]);
    const found = findRegressions(recovering(30, 9), { baseline: past[0], earlier: past });
    expect(metrics(found)).toEqual(['recovery time baseline']);
    expect(found[0]!.message).toContain('recovery time is 9 s');
    expect(findRegressions(recovering(30, 3.2), { baseline: past[0], earlier: past })).toEqual([]);
  });

  test('ignores differences that are usual between runs', () => {
    const noisy = (n: number, factor = 1) => {
      const random = seeded('noisy', n);
      const median = 40 * factor * Math.exp(0.2 * normal(random));
      return recordOf(n, { operations: { list: operationOf(latencies(median, 100, n)) } });
    };
    const past = Array.from({ length: 20 }, (_, n) => noisy(n));
    const sorted = past.toSorted(
      (one, other) => one.operations.list!.ok!.sumMs - other.operations.list!.ok!.sumMs,
    );
    const [fastest, slowest] = [sorted[0]!, { ...sorted.at(-1)!, at: recordOf(50).at, runId: 'slowest' }];
    expect(metrics(findRegressions(slowest, { baseline: fastest, earlier: [] }))).toContain(
      'list p50 baseline',
    );
    expect(findRegressions(slowest, { baseline: sorted[10], earlier: past })).toEqual([]);
    expect(metrics(findRegressions(noisy(60, 4), { baseline: sorted[10], earlier: past }))).toContain(
      'list p50 baseline',
    );
  });
});

test.describe('regressions over the series', () => {
  const at40 = (n: number, factor = 1) => bench(n, { 'meeting.list': (ms) => ms * 13 * factor });
  const past = Array.from({ length: 20 }, (_, n) => at40(n));

  test('finds a step of 20% within five runs, until it is the new normal', () => {
    const flagged: number[] = [];
    const series = [...past];
    for (let n = 20; n < 32; n++) {
      const current = at40(n, 1.2);
      const found = findRegressions(current, { earlier: series });
      if (metrics(found).includes('meeting.list p50 series')) flagged.push(n - 19);
      expect(metrics(found).filter((metric) => !metric.startsWith('meeting.list'))).toEqual([]);
      series.push(current);
    }
    expect(flagged[0]).toBeLessThanOrEqual(5);
    expect(flagged.at(-1)).toBeLessThanOrEqual(6);
  });

  test('says since how many runs a metric is slower', () => {
    const steps = [20, 21, 22, 23].map((n) => at40(n, 1.5));
    const found = findRegressions(steps[3]!, { earlier: [...past, ...steps.slice(0, 3)] });
    const list = found.find(({ metric }) => metric === 'meeting.list p50')!;
    expect(list.message).toMatch(
      /^meeting\.list p50 is \d\d\.\d ms since 4 runs, \d\d% slower than before \(\d\d\.\d ms; p < 0\.0001\)$/,
    );
    expect(list.ratio).toBeGreaterThan(1.3);
  });

  test('ignores an improvement and a step that went back', () => {
    const better = [20, 21, 22, 23].map((n) => at40(n, 0.6));
    expect(findRegressions(better[3]!, { earlier: [...past, ...better.slice(0, 3)] })).toEqual([]);
    const back = [1.6, 1.6, 1.6, 1, 1, 1].map((factor, n) => at40(20 + n, factor));
    expect(findRegressions(back[5]!, { earlier: [...past, ...back.slice(0, 5)] })).toEqual([]);
  });
});

test.describe('runs that are not comparable', () => {
  const slow = { 'meeting.get': (ms: number) => ms + 20 };
  const others: [string, Partial<HistoryRecord>][] = [
    ['another machine', { machine: { ...machine, fingerprint: 'bbbbbbbbbbbb' } }],
    ['other settings', { settings: { ITERATIONS: 1000, SEED: 1 } }],
    ['another service', { service: 'http://127.0.0.1:8080' }],
  ];
  for (const [name, over] of others) {
    test(`does not compare with a run of ${name}`, () => {
      const current = bench(30, slow, over);
      expect(findRegressions(current, { baseline: earlier[0], earlier })).toEqual([]);
    });
  }

  const load = { kind: 'load' } as const;
  const steps = (over: Partial<HistoryRecord>, kind: Partial<HistoryRecord> = {}) => {
    const series = [...earlier, ...[20, 21].map((n) => bench(n, slow, over))];
    return metrics(
      findRegressions(bench(31, slow, kind), { earlier: series.map((one) => ({ ...one, ...kind })) }),
    );
  };
  for (const [what, over, kind] of [
    ['interrupted benchmarks', { verdict: 'interrupted' }, {}],
    ['an interrupted load run', { verdict: 'interrupted' }, load],
    ['an inconclusive load run', { verdict: 'inconclusive' }, load],
  ] as const) {
    test(`excludes ${what} from judgement and series`, () => {
      const [baseline, ...others] = earlier.map((one) => ({ ...one, ...kind }));
      const current = bench(30, slow, { ...over, ...kind });
      expect(findRegressions(current, { baseline, earlier: others })).toEqual([]);
      expect(steps({ verdict: 'failed' }, kind)).toContain('meeting.get p50 series');
      expect(steps(over, kind)).toEqual([]);
    });
  }

  test('judges inconclusive benchmarks, and adds them to the series', () => {
    const inconclusive = { verdict: 'inconclusive' } as const;
    const found = findRegressions(bench(30, slow, inconclusive), { baseline: earlier[0], earlier: [] });
    expect(metrics(found)).toEqual(['meeting.get p50 baseline', 'meeting.get p95 baseline']);
    expect(steps(inconclusive)).toContain('meeting.get p50 series');
  });

  test('ignores the run itself and later runs', () => {
    const current = bench(30);
    const after = [31, 32, 33].map((n) => bench(n, slow));
    expect(findRegressions(current, { earlier: [...earlier, current, ...after] })).toEqual([]);
  });
});

test('a second measurement keeps only the regressions that it finds again', () => {
  const first = findRegressions(bench(30, { health: (ms) => ms + 20, 'meeting.get': (ms) => ms + 30 }), {
    baseline: earlier[0],
    earlier: [],
  });
  const second = findRegressions(bench(31, { health: (ms) => ms + 12, 'meeting.join': (ms) => ms + 30 }), {
    baseline: earlier[0],
    earlier: [],
  });
  const still = stillRegressed(first, second);
  expect(metrics(still)).toEqual(['health p50 baseline']);
  expect(still[0]!.after).toBeLessThan(17);
  expect(stillRegressed(first, [])).toEqual([]);
});

test.describe('all actions of a load together', () => {
  const load = (n: number, factor = 1, over: Partial<HistoryRecord> = {}) =>
    recordOf(n, {
      kind: 'load',
      operations: {
        'meeting.get': operationOf(latencies(20 * factor, 300, n, 'get')),
        'meeting.join': operationOf(latencies(60 * factor, 100, n, 'join')),
        'event.delivery': operationOf(latencies(900, 100, n, 'event')),
      },
      figures: { 'error rate': { value: 0, unit: '%', better: 'lower' } },
      ...over,
    });

  test('have percentiles of the merged calls, which decide no verdict', () => {
    const record = load(1);
    const found = [...metricsOf(record).values()].filter(({ overall }) => overall);
    expect(found.map(({ name, watched }) => [name, watched])).toEqual([
      ['all actions p50', false],
      ['all actions p95', false],
      ['all actions p99', false],
      ['error rate', true],
    ]);
    // The latency of an event is not the latency of an action.
    const merged = latencies(20, 300, 1, 'get').concat(latencies(60, 100, 1, 'join'));
    const p50 = merged.sort((one, other) => one - other)[199]!;
    expect(Math.abs(found[0]!.value / p50 - 1)).toBeLessThan(0.002);
    expect(metricsOf({ ...record, kind: 'bench' }).has('all actions p50')).toBe(false);
    const regressions = findRegressions(load(30, 4), { baseline: record, earlier: [] });
    expect(metrics(regressions)).toEqual([
      'meeting.get p50 baseline',
      'meeting.get p95 baseline',
      'meeting.join p50 baseline',
      'meeting.join p95 baseline',
    ]);
    const compared = compareRecords(record, load(30, 4), []);
    expect(compared[0]).toMatchObject({ metric: { name: 'all actions p50' }, finding: 'worse' });
  });

  test('count a higher error rate once', () => {
    const failing = (n: number, failed: number, percent: number) => {
      const record = load(n, 1, {
        figures: { 'error rate': { value: percent, unit: '%', better: 'lower' } },
      });
      record.operations['meeting.get']!.outcomes = { ok: 300, 'http 500': failed };
      return record;
    };
    const past = Array.from({ length: 12 }, (_, n) => load(n));
    const known = { baseline: past[0]!, earlier: past };
    expect(metrics(findRegressions(failing(30, 60, 13), known))).toEqual(['meeting.get error rate baseline']);
    // Failures that are too rare in each operation still count together.
    expect(metrics(findRegressions(failing(30, 1, 13), known))).toEqual(['error rate baseline']);
  });
});
