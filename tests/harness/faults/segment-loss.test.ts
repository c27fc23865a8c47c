import { expect, test } from '@playwright/test';
import { segmentLoss, shareWithin } from '../../../src/faults/segment-loss.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { Link } from '../../../src/network/link/link.ts';

test.describe('How many operations finish in time over a lossy TCP path?', () => {
  // RTT 50 ms, RTO 250 ms. In one direction, 0.8%, 7.8% and 48% are later than 20 s at 50, 70 and 90% loss.
  const rows = [
    { lossPercent: 0, share: 1 },
    { lossPercent: 30, share: 0.9995 },
    { lossPercent: 50, share: 0.984 },
    { lossPercent: 70, share: 0.837 },
    { lossPercent: 90, share: 0.263 },
    { lossPercent: 100, share: 0 },
  ];
  for (const { lossPercent, share } of rows) {
    test(`finishes ${(100 * share).toFixed(1)}% of the operations within 20 s at ${lossPercent}% loss`, () => {
      const path = { lossPercent, latencyMs: 25, deadlineMs: 20_000 };
      expect(shareWithin(path)).toBeCloseTo(share, 3);
      const trials = 20_000;
      const random = seeded(1, 'trial', lossPercent);
      const lateMs = () => {
        let [late, timeout] = [0, 250];
        for (; random() < lossPercent / 100 && late < 20_000; timeout *= 2) late += timeout;
        return late;
      };
      let done = 0;
      for (let trial = 0; trial < trials; trial++) if (lateMs() + lateMs() + 50 <= 20_000) done += 1;
      expect(done / trials).toBeCloseTo(share, 1.8);
    });
  }

  test('finishes no operation within a deadline shorter than the round trip', () => {
    expect(shareWithin({ lossPercent: 0, latencyMs: 25, deadlineMs: 49 })).toBe(0);
  });
});

test('one level sets, counts and heals the loss of all its paths', async () => {
  await using link = await Link.start({ upstream: 'http://127.0.0.1:9', seed: 1 });
  const layer = segmentLoss({ link, latencyMs: 25, bandwidthKbps: 10_000, deadlineMs: 20_000 });
  const routes = await layer.open('level');
  const own = [await routes.route!(1), await routes.route!(2)];
  const vias = await Promise.all(own.map((route) => route.to('http://127.0.0.1:9')));
  expect(new Set(vias.map(({ port }) => port)).size).toBe(2);
  await routes.lose(30);
  expect(await routes.counts()).toEqual({ lost: 0, of: 0, parts: '0 of 0 up, 0 of 0 down' });
  await routes.heal();
});
