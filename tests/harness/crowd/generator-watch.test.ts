import { closeSync, openSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { GeneratorWatch } from '../../../src/crowd/generator-watch.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';

/** Keeps this thread busy, as a generator that cannot keep up does. */
function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an event loop that is held up shows as its delay', async () => {
  const watch = new GeneratorWatch(0, 0);
  // The monitor samples on a timer of its own: it has to have begun before it can be late.
  for (let quiet = 0; quiet < 20 || watch.health().loopDelayMaxMs === 0; quiet++) {
    burn(12);
    await turn();
    if (quiet > 500) break;
  }
  burn(300);
  for (let round = 0; round < 500 && watch.health().loopDelayMaxMs < 250; round++) {
    burn(1);
    await turn();
  }
  expect(watch.health().loopDelayMaxMs).toBeGreaterThan(250);
  watch.stop();
});

test.describe('CPU', () => {
  const real = process.cpuUsage;
  test.afterEach(() => {
    process.cpuUsage = real;
  });

  /** Samples a second apart, between which the process used so much CPU. */
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

  test('is time used per time passed, and the peak is its busiest five seconds', () => {
    const { cpuMean, cpuPeak } = health([100, 100, 100, 900, 900, 900, 900, 900, 100, 100, 100, 100]);
    expect(cpuMean).toBeCloseTo((5 * 900 + 7 * 100) / 12_000, 9);
    expect(cpuPeak).toBeCloseTo(0.9, 9);
  });

  test('of a run of less than five seconds has a peak too', () => {
    expect(health([1200, 1300])).toMatchObject({ cpuMean: 1.25, cpuPeak: 1.25 });
  });
});

test('each sample is a moment of its own, told once and kept', () => {
  const watch = new GeneratorWatch(100, 20);
  watch.sample(1100);
  watch.sample(2100);
  expect(watch.newMoments().map(({ atMs }) => atMs)).toEqual([1020, 2020]);
  watch.sample(3100);
  expect(watch.newMoments().map(({ atMs }) => atMs)).toEqual([3020]);
  expect(watch.newMoments()).toEqual([]);
  const all = watch.allMoments();
  expect(all.map(({ atMs }) => atMs)).toEqual([1020, 2020, 3020]);
  for (const { cpu, memoryBytes, loopDelayMaxMs } of all) {
    expect(cpu).toBeGreaterThanOrEqual(0);
    expect(memoryBytes).toBeGreaterThan(10_000_000);
    expect(loopDelayMaxMs).toBeGreaterThanOrEqual(0);
  }
  watch.stop();
});

test('late arrivals and the skew of the start are kept as they were told', () => {
  const watch = new GeneratorWatch(0, 7);
  expect(watch.health()).not.toHaveProperty('lateArrivals');
  for (const ms of [-3, 0, 40]) watch.arrivedLate(ms);
  const { startSkewMs, lateArrivals } = watch.health();
  expect(startSkewMs).toBe(7);
  const { count, minMs, maxMs } = LatencyHistogram.decode(lateArrivals!);
  expect([count, minMs, maxMs]).toEqual([3, 0, 40]);
  watch.stop();
});

test('files that are open are counted, those that were closed meanwhile in the peak', () => {
  test.skip(process.platform !== 'linux', 'only Linux tells it this way');
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
