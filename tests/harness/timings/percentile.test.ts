import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { percentile, quantilesMs, samplesNeeded } from '../../../src/timings/percentile.ts';

const ranked = (count: number) => {
  const histogram = LatencyHistogram.empty();
  for (let rank = 1; rank <= count; rank++) histogram.record(rank / 1000);
  return histogram;
};
/** The rank of a value, for the values 1, 2, 3 … µs. */
const rank = (ms: number | null) => (ms === null ? null : Math.round(ms * 1000));

/** P(Binomial(n, p) ≤ k), summed in logarithms: a second way to the ranks' coverage. */
function binomialUpTo(k: number, n: number, p: number): number {
  let [log, sum] = [n * Math.log1p(-p), 0];
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(log);
    log += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return sum;
}

test.describe('the samples that a percentile needs', () => {
  const needed: [number, number][] = [
    [0, 1],
    [0.5, 2],
    [0.9, 10],
    [0.95, 20],
    [0.99, 100],
    [0.999, 1000],
    [99.9 / 100, 1000],
    [0.9999, 10_000],
    [99.99 / 100, 10_000],
  ];
  for (const [quantile, samples] of needed) {
    test(`needs ${samples} samples for the ${quantile} quantile`, () => {
      expect(samplesNeeded(quantile)).toBe(samples);
      expect(percentile(ranked(samples), quantile)).toMatchObject({ count: samples });
      expect(percentile(ranked(samples), quantile)).toHaveProperty('valueMs');
      expect(percentile(ranked(samples - 1), quantile)).toEqual({ count: samples - 1, needed: samples });
    });
  }
});

test.describe('the rank of a percentile', () => {
  const ranks: [number, number, number][] = [
    [0.5, 2, 1],
    [0.5, 3, 2],
    [0.95, 20, 19],
    [0.95, 21, 20],
    [0.95, 1000, 950],
    [0.99, 100, 99],
    [0.99, 101, 100],
    [0.29, 100, 29], // 0.29 · 100 is 28.999999999999996
  ];
  for (const [quantile, count, expected] of ranks) {
    test(`takes rank ${expected} of ${count} samples for the ${quantile} quantile`, () => {
      const found = percentile(ranked(count), quantile);
      expect('valueMs' in found && rank(found.valueMs)).toBe(expected);
    });
  }
});

test.describe('the 95 % interval of a percentile', () => {
  const cases: [number, number][] = [
    [0.5, 20],
    [0.5, 1000],
    [0.9, 100],
    [0.95, 100],
    [0.95, 73],
    [0.95, 200],
    [0.95, 1000],
    [0.99, 1000],
    [0.99, 1900], // ranks up to 2047 µs are exact
  ];
  for (const [quantile, count] of cases) {
    test(`covers 95% to 99% for the ${quantile} quantile of ${count} samples`, () => {
      const found = percentile(ranked(count), quantile);
      if (!('valueMs' in found)) throw new Error('too few');
      const [low, high] = [rank(found.lowMs)!, rank(found.highMs) ?? count + 1];
      // The true quantile lies between the order statistics r and s when r ≤ Binomial(n, q) < s.
      const coverage = binomialUpTo(high - 1, count, quantile) - binomialUpTo(low - 1, count, quantile);
      expect(coverage).toBeGreaterThanOrEqual(0.95);
      expect(coverage).toBeLessThanOrEqual(0.99);
      expect(low).toBeLessThan(rank(found.valueMs)!);
    });
  }

  test('holds the true quantile in about 95% of 1000 simulated runs', () => {
    const [trials, count, quantile] = [1000, 400, 0.95];
    const trueMs = -Math.log(1 - quantile) * 100; // exponential latencies with a mean of 100 ms
    const random = seeded('coverage');
    let inside = 0;
    for (let trial = 0; trial < trials; trial++) {
      const latencies = LatencyHistogram.empty();
      for (let sample = 0; sample < count; sample++) latencies.record(-Math.log(1 - random()) * 100);
      const found = percentile(latencies, quantile);
      if ('valueMs' in found && found.lowMs <= trueMs && trueMs <= found.highMs!) inside += 1;
    }
    // Nominal is 0.95; the outward rounding may add up to 0.03. 4 standard errors of a share of 1000.
    const error = 4 * Math.sqrt((0.95 * 0.05) / trials);
    expect(inside / trials).toBeGreaterThan(0.95 - error);
    expect(inside / trials).toBeLessThan(0.98 + error);
    expect(inside).toBeLessThan(trials);
  });

  test('has no upper end with too few samples', () => {
    expect(percentile(ranked(100), 0.99)).toMatchObject({ highMs: null });
    // 0.95^72 is less than 2.5 %: from then on the maximum is an upper end.
    expect(percentile(ranked(71), 0.95)).toMatchObject({ highMs: null });
    expect(percentile(ranked(72), 0.95)).toMatchObject({ highMs: 0.072 });
    expect(percentile(ranked(20), 0.95)).toMatchObject({ highMs: null });
  });
});

test.describe('several quantiles at once', () => {
  const asked = [0.5, 0.9, 0.95, 0.99];

  for (const count of [1, 2, 9, 19, 20, 99, 100, 1000, 4321]) {
    test(`reads several quantiles of ${count} samples like single ones`, () => {
      const latencies = LatencyHistogram.empty(2);
      const random = seeded(1, 'quantiles', count);
      for (let sample = 0; sample < count; sample++) latencies.record(Math.exp(9 * random()));
      const one = (quantile: number) => {
        const found = percentile(latencies, quantile);
        return 'valueMs' in found ? found.valueMs : null;
      };
      expect(quantilesMs(latencies, asked)).toEqual(asked.map(one));
    });
  }

  test('reads no quantile without samples', () => {
    expect(quantilesMs(LatencyHistogram.empty(), asked)).toEqual([null, null, null, null]);
  });
});
