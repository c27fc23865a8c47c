import { expect, test } from '@playwright/test';
import type { ServiceSample } from '../../../../src/meetings/service-sample.ts';
import { serviceOverTime } from '../../../../src/results/summary/service-series.ts';

function sample(atMs: number, over: Partial<ServiceSample> = {}): ServiceSample {
  return {
    atMs,
    processStart: 1,
    calls: null,
    cpuS: null,
    memoryBytes: null,
    loopDelayMs: null,
    connections: null,
    waitingForDatabase: null,
    ...over,
  };
}
const calls = (count: number, sumS: number, upTo10ms: number) => ({
  count,
  sumS,
  buckets: [
    [0.01, upTo10ms],
    [0.1, count],
  ] as const,
});

test('the service series holds the rates and latencies between two readings', () => {
  const series = serviceOverTime([
    sample(0, { calls: calls(100, 1, 100), cpuS: 10, memoryBytes: 5 }),
    sample(2000, { calls: calls(140, 3, 100), cpuS: 11, memoryBytes: 6 }),
    sample(4000, { calls: calls(140, 3, 100), cpuS: 11.5, memoryBytes: 7 }),
  ])!;
  expect(series.atS).toEqual([0, 2, 4]);
  expect(series.callsPerSecond).toEqual([null, 20, 0]);
  expect(series.avgMs).toEqual([null, 50, null]);
  // All 40 lie between 10 and 100 ms; earlier calls are not included.
  expect(series.p95Ms).toEqual([null, 95.5, null]);
  expect(series.cpu).toEqual([null, 0.5, 0.25]);
  expect(series.memoryBytes).toEqual([5, 6, 7]);
});

test('the service series counts a P95 outside the buckets as a gap', () => {
  const series = serviceOverTime([
    sample(0, { calls: calls(0, 0, 0) }),
    sample(1000, { calls: calls(10, 1, 10) }),
    sample(2000, { calls: calls(20, 1, 10) }),
    sample(3000, {
      calls: {
        ...calls(30, 60, 10),
        buckets: [
          [0.01, 10],
          [0.1, 20],
        ],
      },
    }),
  ])!;
  expect(series.p95Ms).toEqual([null, null, 95.5, null]);
  expect(series.p95Outside).toEqual([
    { side: 'below', ms: 10, readings: 1 },
    { side: 'above', ms: 100, readings: 1 },
  ]);
});

test('a restart makes a gap in the counters of the service series, but not in its gauges', () => {
  const series = serviceOverTime([
    sample(0, { cpuS: 50, connections: 9 }),
    sample(1000, { cpuS: 1, connections: 2, processStart: 20 }),
    sample(2000, { cpuS: 2, connections: 5, processStart: 20 }),
  ])!;
  expect(series.cpu).toEqual([null, null, 1]);
  expect(series.connections).toEqual([9, 2, 5]);
});

test('the service series is null with fewer than two readings', () => {
  expect(serviceOverTime([sample(0)])).toBeNull();
  expect(serviceOverTime([])).toBeNull();
});

test('the service series of a long run fits the chart and loses no call', () => {
  const series = serviceOverTime(
    Array.from({ length: 3601 }, (_, second) =>
      sample(second * 1000, { calls: calls(second * 5, second, 0) }),
    ),
  )!;
  expect(series.atS.length).toBeLessThanOrEqual(601);
  expect(series.atS.at(-1)).toBe(3600);
  const counted = series.callsPerSecond.map((rate, index) =>
    index === 0 ? 0 : rate! * (series.atS[index]! - series.atS[index - 1]!),
  );
  expect(counted.reduce((sum, count) => sum + count, 0)).toBeCloseTo(3600 * 5, 6);
});
