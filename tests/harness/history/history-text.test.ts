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

test('the history shows a series with its last runs, trends and changes', () => {
  const text = textOf(series);
  expect(text).toContain('── bench endpoints: 24 runs ───');
  expect(text).toContain('service reference, A processor, 2 cores, 8 GiB, linux x64, Node.js 20');
  expect(text).toContain('ITERATIONS 100, SEED 1');
  expect(text).toContain('No baseline yet. Accept a run with `npx fullhouse baseline`');
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

test('the history has no line of more than 100 characters', () => {
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

test('the history marks the baseline, missed targets, failed checks and regressions', () => {
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

test.describe('runs that are not comparable', () => {
  const elsewhere = series.slice(0, 4).map((record) => ({
    ...record,
    machine: { ...machine, cores: 4, fingerprint: 'bbbbbbbbbbbb' },
    at: recordOf(40).at,
  }));
  const all = [...series, ...elsewhere, bench(50, 5, { kind: 'load', name: 'crowd' })];
  const titles = (text: string) => text.match(/^── .* runs?/gm);

  test('shows the last of several series, and how the others differ', () => {
    const text = textOf(all);
    expect(titles(text)).toEqual(['── load crowd: 1 run', '── bench endpoints: 4 runs']);
    expect(text).toMatch(
      /- 24 runs until 2026-11-01T23:00Z, machine: A processor, 4 cores.*against A processor,\n? *2 cores/s,
    );
  });

  test('shows all series with --all', () => {
    const text = textOf(all, { all: true });
    expect(titles(text)).toEqual([
      '── load crowd: 1 run',
      '── bench endpoints: 24 runs',
      '── bench endpoints: 4 runs',
    ]);
    expect(text).toContain('! not comparable with the last series: machine: A processor, 4 cores');
    expect(text.match(/not comparable/g)).toHaveLength(1);
  });
});

test('the history groups the metrics of one experiment under its name', () => {
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

test('the history selects metrics by a part of their name, including hidden ones', () => {
  expect(textOf(series, { metric: 'P95' })).toMatch(/meeting\.get p95/);
  expect(textOf(series, { metric: 'P95' })).not.toMatch(/meeting\.get p50/);
  expect(textOf(series, { metric: 'error' })).toMatch(/^ {3}meeting\.get error rate {2}▁+ {2}0\.00%/m);
  expect(textOf(series, { metric: 'none' })).toContain('No metric to show');
});

test('the history shows an error rate as soon as a call fails', () => {
  const failing = recordOf(30, {
    operations: { 'meeting.get': operationOf(latencies(20, 90, 'f'), { timeout: 10 }) },
  });
  expect(textOf([...series, failing])).toMatch(/meeting\.get error rate .* 0\.00% +10\.00% +0\.00% +10\.00%/);
});

test('the history lists an interrupted run, and leaves it out of the trend', () => {
  const text = textOf([...series, bench(30, 500, { verdict: 'interrupted' })]);
  expect(text).toContain('interrupted');
  expect(text).not.toMatch(/meeting\.get p50.*\d{3} ms/);
  // An inconclusive record of benchmarks does not contain the figures that a busy machine made slow.
  const inconclusive = textOf([...series, bench(30, 500, { verdict: 'inconclusive' })]);
  expect(inconclusive).toMatch(/meeting\.get p50.*\d{3} ms/);
});

test('the history prints no control characters from a record', () => {
  const evil = bench(1, 20, {
    name: 'a\u001b[31mb',
    service: 'http://x\u0007',
    runId: 'r\u001b]0;title\u0007',
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the output must not contain them
  expect(textOf([evil])).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
