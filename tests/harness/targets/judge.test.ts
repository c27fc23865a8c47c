import { expect, test } from '@playwright/test';
import { judge } from '../../../src/targets/judge.ts';
import type { Judgement } from '../../../src/targets/judgement.ts';
import { parseTargets } from '../../../src/targets/parse.ts';
import { DRAIN_FROM_MS, judged, type Record, times, timingsOf } from './judged.ts';

test.describe('a target over the whole run', () => {
  /** 90 successes of 1, 2, 3 … 90 ms, 5 times 503 after 999 ms, 5 rate limited, 7 aborted. */
  const mixed = times(107, (index) => {
    if (index < 90) return { latencyMs: index + 1 };
    if (index < 95) return { latencyMs: 999, outcome: 'http 503' };
    return { latencyMs: 500, outcome: index < 100 ? 'rate limited' : 'aborted' };
  });
  const cases: [string, Judgement['state'], number, number][] = [
    ['p50 < 46 ms', 'met', 45, 90],
    ['p50 < 45 ms', 'missed', 45, 90],
    ['avg < 45.6 ms', 'met', 45.5, 90],
    ['avg < 45.5 ms', 'missed', 45.5, 90],
    ['min > 1 ms', 'missed', 1, 90],
    ['min >= 1 ms', 'met', 1, 90],
    ['max <= 90 ms', 'met', 90, 90],
    ['error rate <= 10 %', 'met', 10, 100],
    ['error rate < 10 %', 'missed', 10, 100],
    ['success rate >= 90 %', 'met', 90, 100],
    ['success rate > 90 %', 'missed', 90, 100],
    ['throughput >= 2 /s', 'met', 2, 100],
    ['throughput > 2 /s', 'missed', 2, 100],
    ['count >= 100', 'met', 100, 100],
    ['count > 100', 'missed', 100, 100],
    ['meeting.get count >= 100', 'met', 100, 100],
  ];
  for (const [text, state, value, count] of cases) {
    test(`judges "${text}" as ${state}`, () => {
      const judgement = judged(text, mixed, 50);
      expect(judgement).toMatchObject({ target: text, state, count });
      // Percentiles are kept to three digits, everything else exactly.
      const digits = text.startsWith('p') ? 1e-3 : 1e-12;
      expect(Math.abs(judgement.value! - value)).toBeLessThanOrEqual(value * digits);
    });
  }

  test('is inconclusive when all successful calls began in the drain', () => {
    const leaving = times(30, () => ({}), 10).map(({ atMs }) => ({ atMs: DRAIN_FROM_MS + 20 + atMs }));
    expect(judged('p95 < 100 ms', leaving)).toMatchObject({
      state: 'inconclusive',
      value: null,
      note: 'all 30 successful calls began after participants were asked to leave. Use shorter sessions, or a longer DRAIN_TIMEOUT',
    });
    expect(judged('error rate < 1 %', leaving)).toMatchObject({ state: 'met', count: 30 });
    const failing = leaving.map((one) => ({ ...one, outcome: 'reset' as const }));
    expect(judged('p95 < 100 ms', failing)).toMatchObject({ state: 'missed', value: null });
  });

  test('leaves calls that a generator limit prevented out of rates and counts', () => {
    const calls = times(100, (index) => (index % 2 ? { outcome: 'generator limit' } : {}));
    expect(judged('error rate < 1 %', calls)).toMatchObject({ state: 'met', value: 0, count: 50 });
    expect(judged('worst 5 s error rate < 1 %', calls, 10)).toMatchObject({ state: 'met', value: 0 });
  });

  test('gives a percentile its confidence interval', () => {
    expect(judged('p50 < 1 s', mixed).interval).toEqual({
      low: expect.closeTo(36, 0),
      high: expect.closeTo(55, 0),
    });
    expect(judged('avg < 1 s', mixed)).not.toHaveProperty('interval');
  });

  test('judges response time from the intended start, and a late start as inconclusive', () => {
    const late = times(100, () => ({ latencyMs: 5, lateMs: 400 }));
    expect(judged('p95 < 100 ms', late).state).toBe('met');
    expect(judged('response p95 < 100 ms', late)).toMatchObject({
      state: 'inconclusive',
      value: expect.closeTo(405, 0),
    });
  });

  test('divides throughput by the whole time with participants', () => {
    const [target] = parseTargets([['throughput', '> 1 /s']]);
    expect(judge(target!, timingsOf(times(100, () => ({}))), { scheduleS: 50, durationS: 200 }).value).toBe(
      0.5,
    );
  });
});

test.describe('a target without enough data', () => {
  const cases: [string, string, readonly Record[], Judgement['state'], RegExp][] = [
    ['nothing was recorded for a latency', 'p95 < 1 s', [], 'missed', /nothing was recorded/],
    ['nothing was recorded for an error rate', 'error rate < 1 %', [], 'missed', /nothing was recorded/],
    [
      'the operation never ran',
      'meeting.jion p95 < 1 s',
      times(30, () => ({})),
      'missed',
      /"meeting.jion"; recorded: meeting.get/,
    ],
    [
      'all calls failed',
      'p95 < 1 s',
      times(30, () => ({ outcome: 'timeout' })),
      'missed',
      /no successful call/,
    ],
    [
      'all calls failed, for an average',
      'avg < 1 s',
      times(30, () => ({ outcome: 'timeout' })),
      'missed',
      /no successful call/,
    ],
    [
      'all calls were aborted',
      'error rate < 1 %',
      times(30, () => ({ outcome: 'aborted' })),
      'missed',
      /nothing was recorded/,
    ],
    [
      'only observations were recorded',
      'count > 0',
      times(30, () => ({ name: 'event.delivery' })),
      'missed',
      /nothing was recorded/,
    ],
    ['a P99 has 40 samples', 'p99 < 1 s', times(40, () => ({})), 'inconclusive', /40 samples, 100 needed/],
    ['a P95 has 19 samples', 'p95 < 1 s', times(19, () => ({})), 'inconclusive', /19 samples, 20 needed/],
  ];
  for (const [name, text, records, state, note] of cases) {
    test(`is ${state} when ${name}`, () => {
      expect(judged(text, records)).toMatchObject({ state, value: null, note: expect.stringMatching(note) });
    });
  }
});
