import { expect, test } from '@playwright/test';
import { networkQuality } from '../../../src/experiments/network-quality.ts';

test.describe('Which quality does a participant report for what it measured?', () => {
  // The bounds of the contract belong to the worse level.
  const rows = [
    [99, 0.9, 1001, 'excellent'],
    [100, 0, 10_000, 'good'],
    [10, 1, 10_000, 'good'],
    [10, 0, 1000, 'good'],
    [199, 2.9, 501, 'good'],
    [200, 0, 10_000, 'poor'],
    [10, 3, 10_000, 'poor'],
    [10, 0, 500, 'poor'],
    [500, 0, 10_000, 'bad'],
    [10, 5, 10_000, 'bad'],
    [10, 0, 200, 'bad'],
    [1000, 0, 10_000, 'very_bad'],
    [10, 10, 10_000, 'very_bad'],
    [10, 70, 10_000, 'very_bad'],
    [10, 0, 100, 'very_bad'],
  ] as const;
  for (const [rtt, packetLoss, bandwidth, quality] of rows) {
    test(`reports ${quality} at ${rtt} ms, ${packetLoss}% loss and ${bandwidth} kbps`, () => {
      expect(networkQuality({ rtt, packetLoss, bandwidth })).toEqual({
        quality,
        rtt,
        packetLoss,
        bandwidth,
      });
    });
  }
});
