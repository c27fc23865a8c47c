import { expect, test } from '@playwright/test';
import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import { MergedTimings } from '../../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../../src/timings/outcome.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { csvOf } from '../../../../src/views/exports/timings-csv.ts';

/** Call by call: operation, outcome, latency, and when it ended, in ms. */
type Call = readonly [operation: string, outcome: Outcome, latencyMs: number, endedAt: number];

function merged(...slices: readonly (readonly Call[])[]): MergedTimings {
  return new MergedTimings(
    slices.map((calls) => {
      const timings = new Timings(0);
      timings.setUsers(2, 0);
      for (const [operation, outcome, latencyMs, endedAt] of calls)
        timings.operation(operation).record(outcome, endedAt - latencyMs, endedAt);
      timings.setUsers(0, calls.at(-1)?.[3] ?? 0);
      return timings.encode(calls.at(-1)?.[3] ?? 0);
    }),
  );
}

/** Reads RFC 4180 by its grammar: fields in quotes may hold anything, a quote in them is written twice. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (!match) throw new Error(`not RFC 4180 from ${at}: ${text.slice(at, at + 40)}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Rows as objects, by the names of the columns. */
function read(timings: MergedTimings): Record<string, string>[] {
  const [head, ...rows] = parse([...csvOf(timings)].join(''));
  return rows.map((row) => Object.fromEntries(row.map((cell, column) => [head![column]!, cell])));
}

test.describe('timings.csv', () => {
  test('has a row for each second and operation, over all slices', () => {
    const rows = read(
      merged(
        [
          ['meeting.get', 'ok', 10, 500],
          ['meeting.get', 'ok', 30, 600],
          ['meeting.get', 'http 500', 5, 700],
        ],
        [
          ['meeting.get', 'ok', 20, 800],
          ['meeting.join', 'rate limited', 1, 900],
          ['event.delivery', 'ok', 3, 2500],
        ],
      ),
    );
    expect(rows.map(({ second, operation }) => `${second} ${operation}`)).toEqual([
      '0 all actions',
      '0 meeting.get',
      '0 meeting.join',
      '1 all actions',
      '2 all actions',
      '2 event.delivery',
    ]);
    expect(rows[1]).toEqual({
      second: '0',
      operation: 'meeting.get',
      users: '4',
      total: '4',
      ok: '3',
      failed: '1',
      rate_limited: '0',
      aborted: '0',
      min_ms: '10',
      avg_ms: '20',
      max_ms: '30',
      p50_ms: expect.stringMatching(/^20(\.\d+)?$/),
      p90_ms: '',
      p95_ms: '',
      p99_ms: '',
      generator_limit: '0',
      earliest_p50_ms: expect.stringMatching(/^20(\.\d+)?$/),
      earliest_p90_ms: '',
      earliest_p95_ms: '',
      earliest_p99_ms: '',
    });
    expect(rows[0]).toMatchObject({ total: '5', ok: '3', failed: '2', rate_limited: '1' });
    expect(rows[2]).toMatchObject({ total: '1', failed: '1', rate_limited: '1', avg_ms: '', p50_ms: '' });
    expect(rows[3]).toMatchObject({ total: '0', ok: '0', max_ms: '' });
  });

  test('has earliest percentiles, and repeats the percentiles for evidence without them', () => {
    const timings = new Timings(0);
    for (let call = 0; call < 40; call++)
      timings.operation('meeting.get').record('ok', 100, 140, undefined, 130);
    const encoded = timings.encode(1000);
    const [row] = read(new MergedTimings([encoded]));
    expect(Number(row!.p95_ms)).toBeCloseTo(40, 0);
    expect(Number(row!.earliest_p95_ms)).toBeCloseTo(30, 0);
    expect(row!.earliest_p99_ms).toBe('');
    const [window] = encoded.windows;
    const { earliest: _, ...older } = window!.operations['meeting.get']!;
    const operations = { 'meeting.get': older };
    const [exact] = read(new MergedTimings([{ ...encoded, windows: [{ ...window!, operations }] }]));
    expect(exact!.earliest_p95_ms).toBe(exact!.p95_ms);
  });

  test('has counts that add up to the totals of the run', () => {
    const calls = Array.from({ length: 300 }, (_, index): Call => {
      const outcome = (['ok', 'ok', 'ok', 'timeout', 'aborted'] as const)[index % 5]!;
      return [index % 2 ? 'meeting.get' : 'meeting.join', outcome, 1 + (index % 40), index * 30];
    });
    const timings = merged(calls.slice(0, 120), calls.slice(120));
    const rows = read(timings);
    const sum = (operation: string, column: string) =>
      rows
        .filter((row) => row.operation === operation)
        .reduce((total, row) => total + Number(row[column]), 0);
    expect(sum('all actions', 'total')).toBe(timings.actions.total);
    expect(sum('all actions', 'ok')).toBe(timings.actions.successful);
    expect(sum('all actions', 'aborted')).toBe(60);
    for (const name of ['meeting.get', 'meeting.join'])
      expect(sum(name, 'total')).toBe(timings.operations.get(name)!.total);
  });

  test('escapes operation names that a spreadsheet would run as formulas', () => {
    const names = ['=cmd|calc', '+1', '-1', '@sum', '\ttab', 'a,"b"\r\nc'];
    const rows = read(merged(names.map((name, index): Call => [name, 'ok', 1, 10 + index])));
    const shown = rows.slice(1).map(({ operation }) => operation);
    expect(shown).toHaveLength(names.length);
    expect(shown.filter((cell) => /^[=+\-@\t\r]/.test(cell!))).toEqual([]);
    expect(shown).toContain('a,"b"\r\nc');
  });

  test('has only a header row for a run without calls', () => {
    expect(read(merged())).toEqual([]);
    expect([...csvOf(merged())].join('')).toMatch(
      /^second,operation,users,.*,p99_ms,.*,earliest_p99_ms\r\n$/,
    );
  });

  test('decodes each window once', () => {
    const timings = merged([['meeting.get', 'ok', 10, 500]]);
    const decode = LatencyHistogram.decode;
    let decoded = 0;
    LatencyHistogram.decode = (encoded) => {
      decoded += 1;
      return decode(encoded);
    };
    try {
      read(timings);
    } finally {
      LatencyHistogram.decode = decode;
    }
    expect(decoded).toBe(1);
  });
});
