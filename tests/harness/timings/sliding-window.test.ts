import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { type Second, SlidingWindow, together } from '../../../src/timings/worst-window.ts';

/** Seconds with up to 30 calls each, some of them quiet. */
function seconds(count: number): Second[] {
  const random = seeded(3, 'seconds', count);
  return Array.from({ length: count }, () => {
    const [ok, earliest] = [LatencyHistogram.empty(2), LatencyHistogram.empty(2)];
    const calls = Math.floor(random() * 30);
    for (let call = 0; call < calls; call++) {
      const ms = 1 + 500 * random() ** 4;
      ok.record(ms);
      earliest.record(ms - random());
    }
    return { outcomes: { ok: calls, timeout: Math.floor(random() * 3) }, ok, earliest };
  });
}

const shown = ({ outcomes, ok, earliest }: Second) => ({
  outcomes,
  ok: latencies(ok),
  earliest: latencies(earliest),
});

function latencies(histogram: LatencyHistogram) {
  const { count, sumMs, minMs, maxMs } = histogram;
  const ranks = [0.1, 0.5, 0.9].map((part) => histogram.valueAtRank(Math.ceil(part * count)));
  return { count, sumMs: sumMs.toFixed(6), minMs, maxMs, ranks };
}

test.describe('a sliding window', () => {
  for (const length of [1, 2, 7, 60]) {
    test(`keeps the sum of the last ${length} seconds`, () => {
      const all = seconds(200);
      const before = all.map(shown);
      const sliding = new SlidingWindow(length);
      for (const [index, second] of all.entries()) {
        const window = sliding.add(second);
        const fromSecond = index - length + 1;
        if (fromSecond < 0) expect(window).toBeUndefined();
        else {
          expect(window!.fromSecond).toBe(fromSecond);
          expect(shown(window!)).toEqual(shown(together(all.slice(fromSecond, index + 1))));
        }
      }
      // The window does not change its input.
      expect(all.map(shown)).toEqual(before);
    });
  }

  test('adds a second at the same cost for any length of the window', () => {
    const add = LatencyHistogram.prototype.add;
    const additions = (length: number) => {
      let count = 0;
      LatencyHistogram.prototype.add = function (other) {
        count += 1;
        add.call(this, other);
      };
      const sliding = new SlidingWindow(length);
      for (const second of seconds(600)) sliding.add(second);
      LatencyHistogram.prototype.add = add;
      return count / 600;
    };
    for (const length of [10, 100, 300]) expect(additions(length)).toBeLessThanOrEqual(2 * 6);
  });
});
