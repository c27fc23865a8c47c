import { expect, test } from '@playwright/test';
import { segmentLoss, shareWithin } from '../../../src/faults/segment-loss.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { Link } from '../../../src/network/link/link.ts';

test.describe('How many operations does TCP bring through in time?', () => {
  // RTT 50 ms, RTO 250 ms. One way alone: 0.8 %, 7.8 % and 48 % are later than 20 s at 50, 70 and 90 % loss.
  const rows = [
    { lossPercent: 0, share: 1 },
    { lossPercent: 30, share: 0.9995 },
    { lossPercent: 50, share: 0.984 },
    { lossPercent: 70, share: 0.837 },
    { lossPercent: 90, share: 0.263 },
    { lossPercent: 100, share: 0 },
  ];
  for (const { lossPercent, share } of rows) {
    test(`${lossPercent} %: ${(100 * share).toFixed(1)} % within 20 s, by arithmetic and by trial`, () => {
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

  test('a deadline shorter than the round trip is met by none', () => {
    expect(shareWithin({ lossPercent: 0, latencyMs: 25, deadlineMs: 49 })).toBe(0);
  });
});

test('the paths of one level lose together, are counted together and heal together', async () => {
  await using link = await Link.start({ upstream: 'http://127.0.0.1:9', seed: 1 });
  const layer = segmentLoss({ link, latencyMs: 25, bandwidthKbps: 10_000, deadlineMs: 20_000 });
  const ways = await layer.open('level');
  const routes = [await ways.route!(1), await ways.route!(2)];
  const vias = await Promise.all(routes.map((route) => route.to('http://127.0.0.1:9')));
  expect(new Set(vias.map(({ port }) => port)).size).toBe(2);
  await ways.lose(30);
  expect(await ways.counts()).toEqual({ lost: 0, of: 0, parts: '0 of 0 up, 0 of 0 down' });
  await ways.heal();
});
