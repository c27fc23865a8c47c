import { expect, test } from '@playwright/test';
import { achievedLoss } from '../../../src/network/achieved.ts';

test.describe('Does the measured loss agree with the set loss?', () => {
  test('computes the 99.9% Wilson interval for 30 of 100 lost', () => {
    const { percent, intervalPercent, agrees } = achievedLoss(30, 30, 100);
    // (0.3 + 10.827/200 ± 3.2905 √(0.0021 + 10.827/40000)) / (1 + 10.827/100) = (0.35414 ± 0.16024) / 1.10827
    expect(percent).toBe(30);
    expect(intervalPercent[0]).toBeCloseTo(17.5, 1);
    expect(intervalPercent[1]).toBeCloseTo(46.4, 1);
    expect(agrees).toBe(true);
  });

  for (const [set, lost, of, agrees] of [
    [0, 0, 1000, true],
    [0, 1, 1000, false],
    [100, 50, 50, true],
    [100, 49, 50, false],
    [30, 0, 200, false],
    [30, 60, 200, true],
    [70, 10, 200, false],
  ] as const) {
    test(`${agrees ? 'accepts' : 'rejects'} ${lost} of ${of} lost at ${set}% set loss`, () => {
      expect(achievedLoss(set, lost, of).agrees).toBe(agrees);
    });
  }

  test('does not agree when nothing was sent', () => {
    expect(achievedLoss(0, 0, 0)).toMatchObject({ percent: null, intervalPercent: [0, 100], agrees: false });
  });
});
