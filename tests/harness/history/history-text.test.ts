import { expect, test } from '@playwright/test';
import { historyText } from '../../../src/history/history-text.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { latencies, machine, operationOf, recordOf } from './records.ts';

const bench = (n: number, medianMs: number, over: Partial<HistoryRecord> = {}) =>
  recordOf(n, { operations: { 'meeting.get': operationOf(latencies(medianMs, 100, n)) }, ...over });
const series = Array.from({ length: 24 }, (_, n) => bench(n, n < 15 ? 20 : 32));
const options = { runs: 3, baselines: [] as HistoryRecord[] };
const textOf = (records: readonly HistoryRecord[], over: object = {}) =>
  historyText(records, { ...options, ...over }).join('\n');

test('a series: what it is, its last runs, its trends and what changed', () => {
  const text = textOf(series);
  expect(text).toContain('── bench endpoints: 24 runs ───');
  expect(text).toContain('service reference, A processor, 2 cores, 8 GiB, linux x64, Node.js 20');
  expect(text).toContain('ITERATIONS 100, SEED 1');
  expect(text).toContain('No baseline yet. Accept a run with `npm run baseline`');
  expect(text).toContain('21 older runs not listed (--runs 24)');
  expect(text.match(/^ {3}2026-11-\d\dT\d\d:00Z {2}2026\S+ {2}1234567 {2}passed$/gm)).toHaveLength(3);
  expect(text).toMatch(
    /^ {3}meeting\.get p50 {2}[▁-█]{15}│[▁-█]{9} {2}\d\d\.\d ms {2}\d\d\.\d ms {2}\d\d\.\d ms {2}\d\d\.\d ms$/m,
  );
  expect(text).toMatch(
    new RegExp(
      `^   meeting\\.get p50  \\d\\d% slower, \\d\\d\\.\\d ms → \\d\\d\\.\\d ms  since ${series[15]!.runId} \\(1234567\\)$`,
      'm',
    ),
  );
  expect(text).not.toContain('error rate');
});

test('no line is longer than a terminal', () => {
  const wide = bench(30, 20, {
    settings: Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`A_SETTING_OF_SOME_LENGTH_${n}`, n])),
    regressions: ['meeting.create p50', 'meeting.get p50', 'meeting.join p95', 'meeting.list p95'].map(
      (metric) => ({
        metric,
        against: 'baseline' as const,
        before: 1,
        after: 2,
        unit: 'ms',
        ratio: 2,
        pValue: 0,
        message: '',
      }),
    ),
  });
  const lines = historyText([...series, wide], { ...options, runs: 30, all: true });
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test('what is to be seen of a run at a glance', () => {
  const target = {
    target: 'p95 < 1 ms',
    statistic: 'p95',
    comparator: '<' as const,
    state: 'missed' as const,
    value: 2,
    limit: 1,
    unit: 'ms',
  };
  const check = { scope: 'storm', check: 'everybody is back', verdict: 'failed' as const, message: '' };
  const regression = {
    metric: 'meeting.get p50',
    against: 'series' as const,
    before: 1,
    after: 2,
    unit: 'ms',
    ratio: 2,
    pValue: 0,
    message: '',
  };
  const marked = bench(3, 20, {
    verdict: 'failed',
    targets: [target, target],
    checks: [check],
    regressions: [regression, { ...regression, against: 'baseline' }],
  });
  const text = textOf([bench(2, 20), marked], { baselines: [marked] });
  expect(text).toMatch(
    /failed {2}baseline, 2 targets missed, 1 check\n {50,}failed, worse: meeting\.get p50\n/,
  );
  expect(text).toContain(`baseline ${marked.runId} of 2026-11-01T03:00Z`);
});

test.describe('runs that may not be compared are series of their own', () => {
  const elsewhere = series.slice(0, 4).map((record) => ({
    ...record,
    machine: { ...machine, cores: 4, fingerprint: 'bbbbbbbbbbbb' },
    at: recordOf(40).at,
  }));
  const all = [...series, ...elsewhere, bench(50, 5, { kind: 'load', name: 'crowd' })];
  const titles = (text: string) => text.match(/^── .* runs?/gm);

  test('the last one is shown, of the others only why they are others', () => {
    const text = textOf(all);
    expect(titles(text)).toEqual(['── load crowd: 1 run', '── bench endpoints: 4 runs']);
    expect(text).toMatch(
      /- 24 runs until 2026-11-01T23:00Z, machine: A processor, 4 cores.*against A processor,\n? *2 cores/s,
    );
  });

  test('all of them, when they are asked for', () => {
    const text = textOf(all, { all: true });
    expect(titles(text)).toEqual([
      '── load crowd: 1 run',
      '── bench endpoints: 24 runs',
      '── bench endpoints: 4 runs',
    ]);
    expect(text).toContain('! not compared with the last series: machine: A processor, 4 cores');
    expect(text.match(/not compared/g)).toHaveLength(1);
  });
});

test('metrics of one experiment stand together below its name', () => {
  const text = textOf([
    recordOf(1, {
      kind: 'chaos',
      name: 'experiments',
      operations: {
        'storm: meeting.get': { part: 'storm', ...operationOf(latencies(20, 50, 's')) },
        'join: meeting.join': { part: 'join', ...operationOf(latencies(20, 50, 'j')) },
      },
      figures: { 'storm: recovery time': { part: 'storm', value: 2, unit: 's', better: 'lower' } },
    }),
  ]);
  expect(text).toMatch(
    /^ {3}storm\n {5}meeting\.get p50 .*\n {5}recovery time .*\n {3}join\n {5}meeting\.join p50 /m,
  );
});

test('a part of a name chooses metrics, also those that are hidden otherwise', () => {
  expect(textOf(series, { metric: 'P95' })).toMatch(/meeting\.get p95/);
  expect(textOf(series, { metric: 'P95' })).not.toMatch(/meeting\.get p50/);
  expect(textOf(series, { metric: 'error' })).toMatch(/^ {3}meeting\.get error rate {2}▁+ {2}0\.00%/m);
  expect(textOf(series, { metric: 'none' })).toContain('No metric to show');
});

test('failures are shown as soon as there are any', () => {
  const failing = recordOf(30, {
    operations: { 'meeting.get': operationOf(latencies(20, 90, 'f'), { timeout: 10 }) },
  });
  expect(textOf([...series, failing])).toMatch(/meeting\.get error rate .* 0\.00% +10\.00% +0\.00% +10\.00%/);
});

test('runs that prove nothing are listed, and in no trend', () => {
  const text = textOf([...series, bench(30, 500, { verdict: 'interrupted' })]);
  expect(text).toContain('interrupted');
  expect(text).not.toMatch(/meeting\.get p50.*\d{3} ms/);
  // What a busy machine made slow is not in an inconclusive record of benchmarks.
  const inconclusive = textOf([...series, bench(30, 500, { verdict: 'inconclusive' })]);
  expect(inconclusive).toMatch(/meeting\.get p50.*\d{3} ms/);
});

test('nothing from a record reaches the terminal as a command to it', () => {
  const evil = bench(1, 20, {
    name: 'a\u001b[31mb',
    service: 'http://x\u0007',
    runId: 'r\u001b]0;title\u0007',
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(textOf([evil])).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
