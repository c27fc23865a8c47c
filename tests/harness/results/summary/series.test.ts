import { expect, test } from '@playwright/test';
import { windowSeconds } from '../../../../src/results/summary/series.ts';
import { record, report, summaryOf } from './crowd-records.ts';

test.describe('the seconds for one point of a chart', () => {
  const cases: [string, number, number, number][] = [
    ['a short run with few calls has a point every second', 20, 1000, 1],
    ['a minute at 50 calls/s has a point every 2 s, to support a P99', 70, 3500, 2],
    ['a minute at 500 calls/s has a point every second', 60, 30_000, 1],
    ['an hour at 100 calls/s has a point every 10 s, to fit the chart', 3600, 360_000, 10],
    ['an hour at 1 call/s has a point every 2 min, to support a P99', 3600, 3600, 120],
    ['an hour at 1 call/min has a point every 10 s, because no point supports a P99', 3600, 60, 10],
    ['a day has a point every 5 min, to fit the chart', 86_400, 8_640_000, 300],
    ['a month has a point every 72 min, to fit the chart', 30 * 86_400, 1, 4320],
    ['an empty run has a point every second', 0, 0, 1],
  ];
  for (const [name, seconds, successes, expected] of cases) {
    test(name, () => {
      expect(windowSeconds(seconds, successes)).toBe(expected);
      expect(seconds / expected).toBeLessThanOrEqual(600);
    });
  }
});

test.describe('the time series of a run', () => {
  const busy = [
    report(
      1,
      [
        { latencyMs: 10, everyMs: 100, count: 1800 },
        { name: 'meeting.join', latencyMs: 30, everyMs: 1000, count: 180 },
        { outcome: 'http 503', everyMs: 1000, count: 80 },
        { name: 'event.delivery', latencyMs: 5, everyMs: 100, count: 1800 },
      ],
      {
        elapsedMs: 179_999,
        samples: Array.from({ length: 180 }, (_, second) => ({
          atMs: (second + 1) * 1000,
          loopDelayMaxMs: second === 30 ? 77.77 : 2,
          cpu: 0.5,
          processorWaitPercent: second === 62 ? 12.345 : 1,
          // The browser opens in the third window.
          ...(second >= 10 ? { browserCpu: second === 31 ? 1.234 : 0.25 } : {}),
          memoryBytes: 1000 + second,
        })),
      },
    ),
    report(2, [{ latencyMs: 20, everyMs: 100, count: 1800 }], { elapsedMs: 179_999 }),
  ];
  const { series, timeline, operations, totals } = summaryOf(record(busy), '', { TEST_DURATION: '180' });

  test('has windows whose counts add up to the totals', () => {
    const sum = (counts: readonly number[] = []) => counts.reduce((total, count) => total + count, 0);
    expect(series).toMatchObject({ everyS: 5, points: 36 });
    expect(sum(series.actions.outcomes.ok)).toBe(totals.successful);
    expect(sum(series.actions.outcomes['http 503'])).toBe(80);
    for (const [name, { outcomes }] of Object.entries(operations))
      expect(
        Object.fromEntries(
          Object.entries(series.operations[name]!.outcomes).map(([outcome, counts]) => [
            outcome,
            sum(counts),
          ]),
        ),
      ).toEqual(outcomes);
    for (const counts of Object.values(series.actions.outcomes)) expect(counts).toHaveLength(36);
    expect(timeline).toHaveLength(180);
    expect(sum(timeline.map(({ total }) => total))).toBe(totals.total);
  });

  test('has percentiles of the merged histograms if a window has enough samples', () => {
    const { actions, operations: each } = series;
    expect(actions.p50Ms.every((ms) => ms! >= 10 && ms! <= 20.2)).toBe(true);
    expect(actions.p95Ms.every((ms) => Math.abs(ms! - 20) < 0.5)).toBe(true);
    expect(actions.maxMs.every((ms) => Math.abs(ms! - 30) < 0.5)).toBe(true);
    // Five joins in a window: a median, and no P90.
    expect(each['meeting.join']!.p50Ms[3]).toBeCloseTo(30, 0);
    expect(each['meeting.join']!.p90Ms[3]).toBeNull();
    expect(each['event.delivery']!.p50Ms[3]).toBeCloseTo(5, 0);
  });

  test('holds the worst second of the load generator in each window', () => {
    expect(series.generator).toHaveLength(1); // the other slice has no samples
    const [{ slice, loopDelayMaxMs, processorWaitPercent, memoryBytes, cpu, browserCpu }] =
      series.generator as [(typeof series.generator)[number]];
    expect(slice).toBe(1);
    expect(loopDelayMaxMs.map((ms) => ms)).toEqual(
      Array.from({ length: 36 }, (_, point) => (point === 6 ? 77.8 : 2)),
    );
    expect(processorWaitPercent).toEqual(Array.from({ length: 36 }, (_, point) => (point === 12 ? 12.3 : 1)));
    expect(memoryBytes[0]).toBe(1004);
    expect(cpu).toEqual(new Array(36).fill(0.5));
    expect(browserCpu).toEqual(
      Array.from({ length: 36 }, (_, point) => (point < 2 ? 0 : point === 6 ? 1.23 : 0.25)),
    );
  });

  test('has no service series for a service without metrics', () => {
    expect(series.service).toBeNull();
  });
});

test('the time series has earliest percentiles only for inexact latencies', () => {
  const { series } = summaryOf(
    record([
      report(1, [
        { latencyMs: 40, widthMs: 15, everyMs: 20, count: 400 },
        { name: 'meeting.join', latencyMs: 30, everyMs: 20, count: 400 },
      ]),
      report(2, []),
    ]),
  );
  const { p95Ms, earliest } = series.operations['meeting.get']!;
  expect(earliest!.p95Ms).toHaveLength(p95Ms.length);
  expect(p95Ms[1]! - earliest!.p95Ms[1]!).toBeCloseTo(15, 0);
  expect(series.operations['meeting.join']).not.toHaveProperty('earliest');
});
