import { expect, test } from '@playwright/test';
import { LoopDelay } from '../../../src/crowd/loop-delay.ts';
import { seeded } from '../../../src/kernel/random.ts';

function delayOf(...blocks: readonly number[]): LoopDelay {
  const delay = new LoopDelay();
  for (const ms of blocks) delay.blocked(ms);
  return delay;
}

test('delay percentiles weight each block by its length', () => {
  const delay = delayOf(400, 400, 400);
  // A tenth of the time is in a block. P(wait > x) = (400 − x) / 4000.
  expect(delay.percentileMs(0.99, 12_000)).toBeCloseTo(360, 0);
  expect(delay.percentileMs(0.95, 12_000)).toBeCloseTo(200, 0);
  expect(delay.percentileMs(0.5, 12_000)).toBe(0);
  expect(delay.longestMs).toBe(400);
});

test('delay percentiles count only the part of a block that exceeds the wait', () => {
  const blocks = [...Array.from({ length: 100 }, () => 20), 100];
  // 10 s, of which 100 ms are beyond P99: (100 − x) + 100 × (20 − x) = 100, so x = 2000 / 101.
  expect(delayOf(...blocks).percentileMs(0.99, 10_000)).toBeCloseTo(2000 / 101, 1);
  // 50 ms are beyond P99.5, all of them in the long block: 100 − x = 50.
  expect(delayOf(...blocks).percentileMs(0.995, 10_000)).toBeCloseTo(50, 0);
});

test('many short blocks cause only a short delay', () => {
  const delay = delayOf(...Array.from({ length: 9000 }, () => 1));
  // Nine tenths of 10 s were blocks of 1 ms.
  expect(delay.percentileMs(0.99, 10_000)).toBeCloseTo(1 - 100 / 9000, 2);
});

test('delay percentiles equal those of counted samples', () => {
  const random = seeded('blocks');
  const blocks = Array.from({ length: 300 }, () => -Math.log(1 - random()) * 30);
  const lastedMs = 20_000;
  const waits: number[] = [];
  for (const block of blocks) for (let at = 0.05; at < block; at += 0.1) waits.push(block - at);
  waits.sort((one, other) => other - one);
  for (const quantile of [0.9, 0.99]) {
    const counted = waits[Math.round((1 - quantile) * lastedMs * 10)]!;
    expect(Math.abs(delayOf(...blocks).percentileMs(quantile, lastedMs) - counted)).toBeLessThan(0.3);
  }
});

test('the delay is 0 without a block', () => {
  expect(delayOf().percentileMs(0.99, 1000)).toBe(0);
  expect(delayOf().longestMs).toBe(0);
});
