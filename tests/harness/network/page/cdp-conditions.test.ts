import { expect, test } from '@playwright/test';
import {
  cdpConditions,
  describeConditions,
  toCdp,
  worstOf,
} from '../../../../src/network/page/cdp-conditions.ts';
import { loadProfile } from '../../../../src/network/profiles/load.ts';

test.describe('How does Chromium imitate the line of a profile?', () => {
  // The presets of DevTools: 400 ms × 5, 150 × 3.75, 60 × 2.75; rates × 0.8, 0.9, 0.9.
  for (const [name, latencyMs, downKbps, upKbps] of [
    ['chrome-3g', 2000, 400, 400],
    ['chrome-slow-4g', 562.5, 1440, 675],
    ['chrome-fast-4g', 165, 8100, 1350],
    ['lighthouse-slow-4g', 562.5, 1474.56, 675],
    // beyond the outer presets
    ['wpt-2g', 6500, 28, 25.6],
    ['wpt-fios', 11, 18_000, 4500],
    // a fifth of the way from 150 to 400 ms: 4 and 0.88
    ['wpt-3g-slow', 800, 686.4, 290.4],
  ] as const) {
    test(`converts profile ${name} to Chromium throttling values`, () => {
      const wanted = cdpConditions(loadProfile(name));
      expect(wanted.latencyMs).toBeCloseTo(latencyMs, 6);
      expect(wanted.downKbps).toBeCloseTo(downKbps, 6);
      expect(wanted.upKbps).toBeCloseTo(upKbps, 6);
      expect(wanted).not.toHaveProperty('packetLossPercent');
    });
  }

  test('keeps the numbers of the profile without correction, and gives its loss as WebRTC packet loss', () => {
    expect(cdpConditions(loadProfile('comcast-edge'), 'none')).toEqual({
      latencyMs: 300,
      downKbps: 250,
      upKbps: 250,
      packetLossPercent: 1.5,
    });
    expect(cdpConditions(loadProfile('str0m-wifi-lossy'), 'none').packetLossPercent).toBeCloseTo(4.762, 3);
    expect(cdpConditions(loadProfile('loadero-loss-50'))).toEqual({ latencyMs: 0, packetLossPercent: 50 });
  });

  test('converts rates to bytes per second, and an unlimited rate to -1', () => {
    expect(toCdp({ latencyMs: 20, downKbps: 800, offline: true })).toEqual({
      latency: 20,
      downloadThroughput: 100_000,
      uploadThroughput: -1,
      packetLoss: 0,
      offline: true,
    });
  });

  test('takes the worse of each value when conditions overlap', () => {
    expect(
      worstOf([{ latencyMs: 5, downKbps: 100 }, { latencyMs: 50, downKbps: 200, offline: true }, {}]),
    ).toEqual({ latencyMs: 50, downKbps: 100, offline: true });
    expect(worstOf([])).toEqual({});
  });

  test('describes the conditions in a sentence', () => {
    expect(describeConditions({})).toBe('nothing');
    expect(describeConditions({ offline: true, latencyMs: 562.5, packetLossPercent: 4.7619 })).toBe(
      'offline, latency 562.5 ms, 4.76% of WebRTC packets lost each way',
    );
  });
});
