import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { GeneratorWatch } from '../../../src/crowd/generator-watch.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';

/** Blocks this thread like an overloaded generator. */
function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('a blocked event loop raises the loop delay, in total and in the sample of that second', async () => {
  const watch = new GeneratorWatch(0, 0);
  await delay(15);
  burn(300);
  // The loop must read its sockets once more, which takes a while on a busy machine.
  for (let turns = 0; turns < 1000 && watch.health().loopDelayMaxMs < 290; turns++) await delay(5);
  watch.sample(1000);
  watch.sample(2000);
  watch.stop();
  const { loopDelayMaxMs, loopDelayP99Ms } = watch.health();
  expect(loopDelayMaxMs).toBeGreaterThan(290);
  // The block took most of this time, which a count of samples would not show.
  expect(loopDelayP99Ms).toBeGreaterThan(100);
  const [during, after] = watch.allSamples();
  expect(during!.loopDelayMaxMs).toBe(loopDelayMaxMs);
  expect(after!.loopDelayMaxMs).toBe(0);
});

test('a stopped watch records no further delay', async () => {
  const watch = new GeneratorWatch(0, 0);
  await delay(15);
  watch.stop();
  const before = watch.health();
  burn(100);
  await delay(15);
  expect(watch.health()).toEqual(before);
});

test('the wait for a processor is a percentage from 0 to 100', async () => {
  test.skip(process.platform !== 'linux', 'only Linux tells it');
  const watch = new GeneratorWatch(systemClock.now(), 0);
  burn(30);
  watch.sample(systemClock.now());
  const [moment] = watch.allSamples();
  watch.stop();
  for (const percent of [moment!.processorWaitPercent, watch.health().processorWaitPercent]) {
    expect(percent).toBeGreaterThanOrEqual(0);
    expect(percent).toBeLessThanOrEqual(100);
  }
});

test('participant time uses the mean number of users between two samples', () => {
  const watch = new GeneratorWatch(0, 0);
  watch.sample(1000, undefined, 10);
  watch.sample(3000, undefined, 20);
  watch.stop();
  expect(watch.health().userMs).toBe(5 * 1000 + 15 * 2000);
});

test.describe('CPU use', () => {
  const real = process.cpuUsage;
  test.afterEach(() => {
    process.cpuUsage = real;
  });

  /** The health after samples one second apart, with this CPU time in ms between them. */
  function health(usedMs: readonly number[]) {
    let ms = 500;
    process.cpuUsage = (() => ({ user: ms * 400, system: ms * 600 })) as typeof process.cpuUsage;
    const watch = new GeneratorWatch(0, 0);
    for (const [second, used] of usedMs.entries()) {
      ms += used;
      watch.sample((second + 1) * 1000);
    }
    watch.stop();
    return watch.health();
  }

  test('is CPU time per elapsed time, and its peak is the busiest five seconds', () => {
    const { cpuMean, cpuPeak } = health([100, 100, 100, 900, 900, 900, 900, 900, 100, 100, 100, 100]);
    expect(cpuMean).toBeCloseTo((5 * 900 + 7 * 100) / 12_000, 9);
    expect(cpuPeak).toBeCloseTo(0.9, 9);
  });

  test('has a peak in a run of less than five seconds', () => {
    expect(health([1200, 1300])).toMatchObject({ cpuMean: 1.25, cpuPeak: 1.25 });
  });
});

test('each sample is returned once as new and kept in the list of all samples', () => {
  const watch = new GeneratorWatch(100, 20);
  watch.sample(1100);
  watch.sample(2100);
  expect(watch.newSamples().map(({ atMs }) => atMs)).toEqual([1020, 2020]);
  watch.sample(3100);
  expect(watch.newSamples().map(({ atMs }) => atMs)).toEqual([3020]);
  expect(watch.newSamples()).toEqual([]);
  const all = watch.allSamples();
  expect(all.map(({ atMs }) => atMs)).toEqual([1020, 2020, 3020]);
  for (const { cpu, memoryBytes, loopDelayMaxMs } of all) {
    expect(cpu).toBeGreaterThanOrEqual(0);
    expect(memoryBytes).toBeGreaterThan(10_000_000);
    expect(loopDelayMaxMs).toBeGreaterThanOrEqual(0);
  }
  watch.stop();
});

test('late arrivals and the start skew appear in the health figures', () => {
  const watch = new GeneratorWatch(0, 7);
  expect(watch.health()).not.toHaveProperty('lateArrivals');
  for (const ms of [-3, 0, 40]) watch.arrivedLate(ms);
  const { startSkewMs, lateArrivals } = watch.health();
  expect(startSkewMs).toBe(7);
  const { count, minMs, maxMs } = LatencyHistogram.decode(lateArrivals!);
  expect([count, minMs, maxMs]).toEqual([3, 0, 40]);
  watch.stop();
});

test('the peak of open files includes files that were closed later', () => {
  test.skip(process.platform !== 'linux', 'only Linux reports it this way');
  const watch = new GeneratorWatch(0, 0);
  const before = watch.health().openFilesPeak!;
  const files = Array.from({ length: 30 }, () => openSync('/dev/null', 'r'));
  watch.sample(1000);
  for (const file of files) closeSync(file);
  watch.sample(2000);
  expect(watch.health().openFilesPeak).toBeGreaterThanOrEqual(before + 25);
  expect(watch.health().openFilesLimit).toBeGreaterThan(100);
  expect(watch.health().memoryPeakBytes).toBeGreaterThan(10_000_000);
  watch.stop();
});

test('the watch keeps the last memory figure when no file descriptor is left to read it', () => {
  const watch = new GeneratorWatch(systemClock.now(), 0);
  const { rss } = process.memoryUsage;
  process.memoryUsage.rss = () => {
    throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  };
  try {
    watch.sample(systemClock.now() + 1000);
    expect(watch.allSamples()).toHaveLength(1);
    expect(watch.health().memoryPeakBytes).toBeGreaterThan(0);
  } finally {
    process.memoryUsage.rss = rss;
    watch.stop();
  }
});
