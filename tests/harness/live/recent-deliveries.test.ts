import { expect, test } from '@playwright/test';
import { RecentDeliveries } from '../../../src/live/recent-deliveries.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { sliceReport } from '../crowd/slice-reports.ts';

/** A slice with one event in each second; each event is slower than the one before. */
function slice(number: number, seconds: number) {
  const timings = new Timings(0);
  for (let second = 0; second < seconds; second++) {
    const at = second * 1000 + 500;
    timings.operation('event.delivery').recordBelated('ok', at - 10 * (second + 1), at);
  }
  const now = (seconds + 20) * 1000;
  return {
    snapshot: () => sliceReport({ slice: number, timings: timings.snapshot(now) }),
    final: () => sliceReport({ slice: number, timings: timings.encode(now) }),
  };
}

test.describe('the delivery latencies of recent seconds', () => {
  test('are empty before the first event is settled', () => {
    expect(new RecentDeliveries(10).latencies.count).toBe(0);
  });

  test('include each event of the last seconds once, over all slices', () => {
    const recent = new RecentDeliveries(10);
    for (const one of [slice(1, 15), slice(2, 15)]) {
      recent.add(one.snapshot());
      // The last report repeats everything.
      recent.add(one.final());
    }
    const { count, minMs, maxMs } = recent.latencies;
    expect({ count, minMs, maxMs }).toEqual({ count: 20, minMs: 60, maxMs: 150 });
  });
});
