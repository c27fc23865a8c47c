import { expect, test } from '@playwright/test';
import { windowSeconds } from '../../../../src/results/summary/series.ts';
import { record, report, summaryOf } from './crowd-records.ts';

test.describe('how many seconds become one point', () => {
  const cases: [string, number, number, number][] = [
    ['a short run with few calls has a point each second', 20, 1000, 1],
    ['a minute at 50/s has the samples for a P99 every two seconds', 70, 3500, 2],
    ['a minute at 500/s has them each second', 60, 30_000, 1],
    ['an hour fits the chart', 3600, 360_000, 10],
    ['an hour at 1/s takes two minutes for them', 3600, 3600, 120],
    ['an hour at one call a minute has as many points as fit', 3600, 60, 10],
    ['a day fits the chart', 86_400, 8_640_000, 300],
    ['a month fits the chart', 30 * 86_400, 1, 4320],
    ['nothing happened', 0, 0, 1],
  ];
  for (const [name, seconds, successes, expected] of cases) {
    test(name, () => {
      expect(windowSeconds(seconds, successes)).toBe(expected);
      expect(seconds / expected).toBeLessThanOrEqual(600);
    });
  }
});

test.describe('the run over time', () => {
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
          // Opened in the third window.
          ...(second >= 10 ? { browserCpu: second === 31 ? 1.234 : 0.25 } : {}),
          memoryBytes: 1000 + second,
        })),
      },
    ),
    report(2, [{ latencyMs: 20, everyMs: 100, count: 1800 }], { elapsedMs: 179_999 }),
  ];
  const { series, timeline, operations, totals } = summaryOf(record(busy), '', { TEST_DURATION: '180' });

  test('is cut into windows that add up to what was counted', () => {
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

  test('has percentiles of its own merged histograms, and none that so few samples do not support', () => {
    const { actions, operations: each } = series;
    expect(actions.p50Ms.every((ms) => ms! >= 10 && ms! <= 20.2)).toBe(true);
    expect(actions.p95Ms.every((ms) => Math.abs(ms! - 20) < 0.5)).toBe(true);
    expect(actions.maxMs.every((ms) => Math.abs(ms! - 30) < 0.5)).toBe(true);
    // Five joins in a window: a median, and no P90.
    expect(each['meeting.join']!.p50Ms[3]).toBeCloseTo(30, 0);
    expect(each['meeting.join']!.p90Ms[3]).toBeNull();
    expect(each['event.delivery']!.p50Ms[3]).toBeCloseTo(5, 0);
  });

  test('tells how the generator fared, the worst second of each window', () => {
    expect(series.generator).toHaveLength(1); // the other slice told nothing
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

  test('says nothing of a service that says nothing', () => {
    expect(series.service).toBeNull();
  });
});

test('the least that percentiles can be is there where they are not exact, and nowhere else', () => {
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
