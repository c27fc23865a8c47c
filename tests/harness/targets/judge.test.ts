import { expect, test } from '@playwright/test';
import { type Judgement, judge } from '../../../src/targets/judge.ts';
import { parseTargets, splitTargets } from '../../../src/targets/target.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';

interface Record {
  readonly atMs: number;
  readonly latencyMs?: number;
  readonly outcome?: Outcome;
  readonly name?: string;
  readonly lateMs?: number;
}

function timingsOf(records: readonly Record[]): MergedTimings {
  const timings = new Timings(0);
  for (const { atMs, latencyMs = 10, outcome = 'ok', name = 'meeting.get', lateMs = 0 } of records)
    timings.operation(name).record(outcome, atMs - latencyMs, atMs, atMs - latencyMs - lateMs);
  return new MergedTimings([timings.encode(records.at(-1)?.atMs ?? 0)]);
}

const judged = (text: string, records: readonly Record[], seconds = 60): Judgement =>
  judge(parseTargets(splitTargets(text))[0]!, timingsOf(records), seconds);
const times = (count: number, record: (index: number) => Partial<Record>, everyMs = 100): Record[] =>
  Array.from({ length: count }, (_, index) => ({ atMs: 50 + index * everyMs, ...record(index) }));

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
    test(`${text}: ${state}`, () => {
      const judgement = judged(text, mixed, 50);
      expect(judgement).toMatchObject({ target: text, state, count });
      // Percentiles are kept to three digits, everything else exactly.
      const digits = text.startsWith('p') ? 1e-3 : 1e-12;
      expect(Math.abs(judgement.value! - value)).toBeLessThanOrEqual(value * digits);
    });
  }

  test('a percentile carries its interval', () => {
    expect(judged('p50 < 1 s', mixed).interval).toEqual({
      low: expect.closeTo(35, 0),
      high: expect.closeTo(56, 0),
    });
    expect(judged('avg < 1 s', mixed)).not.toHaveProperty('interval');
  });

  test('response percentiles count from the intended start', () => {
    const late = times(100, () => ({ latencyMs: 5, lateMs: 400 }));
    expect(judged('p95 < 100 ms', late).state).toBe('met');
    expect(judged('response p95 < 100 ms', late)).toMatchObject({
      state: 'missed',
      value: expect.closeTo(405, 0),
    });
  });

  test('throughput is taken over the time in which anybody was there', () => {
    const [target] = parseTargets([['throughput', '> 1 /s']]);
    expect(judge(target!, timingsOf(times(100, () => ({}))), 50, 200).value).toBe(0.5);
  });
});

test.describe('without data, or with too few', () => {
  const cases: [string, string, readonly Record[], Judgement['state'], RegExp][] = [
    ['nothing was recorded', 'p95 < 1 s', [], 'missed', /nothing was recorded/],
    ['no errors either', 'error rate < 1 %', [], 'missed', /nothing was recorded/],
    [
      'an operation that never ran',
      'meeting.jion p95 < 1 s',
      times(30, () => ({})),
      'missed',
      /"meeting.jion"; recorded: meeting.get/,
    ],
    ['only failures', 'p95 < 1 s', times(30, () => ({ outcome: 'timeout' })), 'missed', /no successful call/],
    [
      'only failures, their average',
      'avg < 1 s',
      times(30, () => ({ outcome: 'timeout' })),
      'missed',
      /no successful call/,
    ],
    [
      'only aborted calls',
      'error rate < 1 %',
      times(30, () => ({ outcome: 'aborted' })),
      'missed',
      /nothing was recorded/,
    ],
    [
      'observations are no actions',
      'count > 0',
      times(30, () => ({ name: 'event.delivery' })),
      'missed',
      /nothing was recorded/,
    ],
    [
      '40 samples for a P99',
      'p99 < 1 s',
      times(40, () => ({})),
      'inconclusive',
      /40 samples are too few: needs 100/,
    ],
    [
      '19 samples for a P95',
      'p95 < 1 s',
      times(19, () => ({})),
      'inconclusive',
      /19 samples are too few: needs 20/,
    ],
  ];
  for (const [name, text, records, state, note] of cases) {
    test(`${name}: ${state}`, () => {
      expect(judged(text, records)).toMatchObject({ state, value: null, note: expect.stringMatching(note) });
    });
  }
});

test.describe('the worst stretch of a run', () => {
  /** 172 s at 10 calls a second, of which the last 10 s fail: 5.8 % of the run. */
  const deadEnd = times(1720, (index) => (index >= 1620 ? { outcome: 'http 503' } : {}));

  test('a dead last 10 s that the rate of the whole run hides', () => {
    expect(judged('error rate < 6 %', deadEnd, 172).state).toBe('met');
    expect(judged('worst 10 s error rate < 6 %', deadEnd, 172)).toMatchObject({
      state: 'missed',
      value: 100,
      count: 100,
      note: 'worst from second 162 to 172',
    });
    expect(judged('worst 10 s success rate > 94 %', deadEnd, 172)).toMatchObject({
      state: 'missed',
      value: 0,
    });
  });

  test('a stretch in which everything failed has no latency: that is missed, however fast the rest was', () => {
    expect(judged('worst 10 s p95 < 1 s', deadEnd, 172)).toMatchObject({
      state: 'missed',
      value: null,
      note: 'no successful call, so no latency from second 162 to 172',
    });
  });

  test('the slow seconds that the P95 of the whole run hides', () => {
    const slow = times(1000, (index) => (index >= 500 && index < 530 ? { latencyMs: 2000 } : {}));
    expect(judged('p95 < 100 ms', slow, 100).state).toBe('met');
    const worst = judged('worst 10 s p95 < 100 ms', slow, 100);
    expect(worst).toMatchObject({ state: 'missed', count: 100 });
    expect(worst.value).toBeCloseTo(2000, -2);
  });

  test('silence is the worst throughput', () => {
    const pause = times(400, (index) => ({ atMs: (index < 200 ? index : index + 200) * 100 }));
    expect(judged('worst 10 s throughput > 1 /s', pause, 60)).toMatchObject({ state: 'missed', value: 0 });
    expect(judged('throughput > 1 /s', pause, 60).state).toBe('met');
  });

  test('of a fine run is met, and says where it was', () => {
    expect(
      judged(
        'worst 10 s p95 < 100 ms',
        times(300, () => ({})),
        30,
      ),
    ).toMatchObject({
      state: 'met',
      note: expect.stringContaining('worst from second'),
    });
  });

  test('what came after the schedule belongs to no stretch', () => {
    const drained = [
      ...times(100, () => ({})),
      ...times(50, (index) => ({ atMs: 15_000 + index, outcome: 'reset' })),
    ];
    expect(judged('worst 5 s error rate < 1 %', drained, 10).state).toBe('met');
  });

  test('a run that is shorter has none, and one with too few samples says so', () => {
    expect(
      judged(
        'worst 10 s error rate < 1 %',
        times(90, () => ({})),
        9,
      ),
    ).toMatchObject({
      state: 'missed',
      note: 'the run has no 10 s',
    });
    expect(
      judged(
        'worst 10 s error rate < 1 %',
        times(20, () => ({}), 3000),
        60,
      ),
    ).toMatchObject({
      state: 'inconclusive',
      note: 'no 10 s of the run have enough samples',
    });
  });
});
