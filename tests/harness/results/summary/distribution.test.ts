import { expect, test } from '@playwright/test';
import { distributionsOf } from '../../../../src/results/summary/distribution.ts';
import { MergedTimings } from '../../../../src/timings/merged-timings.ts';
import { Timings } from '../../../../src/timings/timings.ts';

/** The distribution of calls with these latencies, which started 10 ms late. */
function distribution(latenciesMs: readonly number[]) {
  const timings = new Timings(0);
  for (const ms of latenciesMs) timings.operation('meeting.get').record('ok', 100, 100 + ms, 90);
  return distributionsOf(new MergedTimings([timings.encode(1000)]));
}

test('the distribution curve holds nearest-rank latencies up to the maximum', () => {
  const { operations, actions } = distribution(Array.from({ length: 1000 }, (_, index) => index + 1));
  const { latency, response } = operations['meeting.get']!;
  const at = (curve: typeof latency, part: number) => curve.find(([one]) => one === part)?.[1];
  expect(at(latency, 0.5)).toBeCloseTo(500, -1);
  expect(at(latency, 0.75)).toBeCloseTo(750, -1);
  expect(at(latency, 0.875)).toBeCloseTo(875, -1);
  expect(at(response, 0.5)).toBeCloseTo(510, -1);
  expect(latency[0]).toEqual([0, 1]);
  expect(latency.at(-1)).toEqual([1, 1000]);
  // There is no point between the last sample but one and the maximum.
  expect(latency.at(-2)![0]).toBeLessThanOrEqual(0.999);
  for (const curve of [latency, response])
    for (const axis of [0, 1] as const) {
      const values = curve.map((point) => point[axis]);
      expect(values).toEqual([...values].sort((one, other) => one - other));
    }
  expect(actions).toEqual(operations['meeting.get']);
});

test('the logarithmic bins count every latency once', () => {
  const { bins } = distribution([1, 1, 1.05, 10, 10, 99, 1000.5]).actions;
  const counts = bins.counts;
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(7);
  const binOf = (ms: number) => counts[Math.floor(Math.log10(ms) * 20) - bins.from];
  expect([binOf(1.01), binOf(10.01), binOf(99.01), binOf(1000.9)]).toEqual([3, 2, 1, 1]);
  expect([counts[0], counts.at(-1)]).toEqual([3, 1]);
});

test('the distribution of one latency is flat, and the distribution of no latency is empty', () => {
  const one = distribution([7]).actions;
  expect(one.latency).toEqual([
    [0, 7],
    [1, 7],
  ]);
  expect(distribution([])).toEqual({
    actions: { count: 0, latency: [], response: [], bins: { from: 0, counts: [] } },
    operations: {},
  });
});

test('the distribution has a curve of earliest latencies only for inexact latencies', () => {
  const timings = new Timings(0);
  for (let call = 1; call <= 100; call++)
    timings.operation('meeting.get').record('ok', 100, 120 + call, undefined, 110 + call);
  const { latency, earliest } = distributionsOf(new MergedTimings([timings.encode(1000)])).actions;
  expect(earliest!.map(([part]) => part)).toEqual(latency.map(([part]) => part));
  for (const [index, [, ms]] of latency.entries()) expect(ms - earliest![index]![1]).toBeCloseTo(10, 0);
  expect(distribution([20, 30, 40]).actions).not.toHaveProperty('earliest');
});
