import { expect, test } from '@playwright/test';
import { RecentDeliveries } from '../../../src/live/recent-deliveries.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { shareReport } from '../crowd/share-reports.ts';

/** A share with one event in each of so many seconds, the later the slower. */
function share(number: number, seconds: number) {
  const timings = new Timings(0);
  for (let second = 0; second < seconds; second++) {
    const at = second * 1000 + 500;
    timings.operation('event.delivery').recordBelated('ok', at - 10 * (second + 1), at);
  }
  const now = (seconds + 20) * 1000;
  return {
    snapshot: () => shareReport({ share: number, timings: timings.snapshot(now) }),
    final: () => shareReport({ share: number, timings: timings.encode(now) }),
  };
}

test.describe('the room events of the latest seconds', () => {
  test('none, before any is settled', () => {
    expect(new RecentDeliveries(10).latencies.count).toBe(0);
  });

  test('those of the last seconds, over all shares, each once', () => {
    const recent = new RecentDeliveries(10);
    for (const one of [share(1, 15), share(2, 15)]) {
      recent.add(one.snapshot());
      // The last report repeats everything.
      recent.add(one.final());
    }
    const { count, minMs, maxMs } = recent.latencies;
    expect({ count, minMs, maxMs }).toEqual({ count: 20, minMs: 60, maxMs: 150 });
  });
});
