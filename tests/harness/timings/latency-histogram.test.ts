import { expect, test } from '@playwright/test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { type Random, seeded } from '../../../src/kernel/random.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';

const of = (values: readonly number[], digits: 2 | 3 = 3) => {
  const histogram = LatencyHistogram.empty(digits);
  for (const value of values) histogram.record(value);
  return histogram;
};
const draw = (count: number, next: (random: Random) => number, ...key: (string | number)[]) => {
  const random = seeded('histogram', ...key);
  return Array.from({ length: count }, () => next(random));
};
const ascending = (values: readonly number[]) => [...values].sort((one, other) => one - other);

const shapes: readonly (readonly [string, (random: Random) => number])[] = [
  ['microseconds', (random) => random() * 0.9],
  ['a fast service', (random) => 2 + 8 * random() ** 3],
  ['from 10 µs to 100 s', (random) => 0.01 * 10 ** (7 * random())],
  ['whole milliseconds, many alike', (random) => Math.floor(random() * 50)],
];

test.describe('a latency histogram', () => {
  for (const [name, next] of shapes) {
    for (const digits of [2, 3] as const) {
      test(`keeps every rank exact to ${digits} digits (${name})`, () => {
        const values = draw(997, next, name);
        const histogram = of(values, digits);
        // Values are rounded to whole microseconds before the digits count.
        const wrong = ascending(values).filter((value, position) => {
          const read = histogram.valueAtRank(position + 1);
          return Math.abs(read - value) > value * 10 ** -digits + 0.0005 + 1e-9;
        });
        expect(wrong).toEqual([]);
      });
    }

    test(`counts values up to a bound, exact to 3 digits (${name})`, () => {
      const values = draw(997, next, name);
      const bounds = [0.0005, 0.5, 1, 7, 10, 50, 1000, 100_000, 4_000_000];
      const counts = of(values).countsUpTo(bounds);
      for (const [index, bound] of bounds.entries()) {
        const within = (factor: number) =>
          values.filter((value) => value <= bound * factor + (factor - 1) * 0.5).length;
        expect(counts[index]).toBeGreaterThanOrEqual(within(0.999));
        expect(counts[index]).toBeLessThanOrEqual(within(1.001));
      }
      expect(of([]).countsUpTo(bounds)).toEqual(bounds.map(() => 0));
    });

    test(`keeps count, sum, minimum and maximum exact (${name})`, () => {
      const values = draw(997, next, name);
      const { count, sumMs, minMs, maxMs } = of(values);
      expect(count).toBe(997);
      expect(sumMs).toBe(values.reduce((sum, value) => sum + value, 0));
      expect([minMs, maxMs]).toEqual([Math.min(...values), Math.max(...values)]);
    });

    test(`equals the merge of its encoded parts (${name})`, () => {
      const values = draw(900, next, name);
      const merged = LatencyHistogram.empty();
      for (const part of [values.slice(0, 10), [], values.slice(10, 600), values.slice(600)]) {
        const histogram = of(part);
        // JSON cannot hold the minimum of an empty histogram, so empty ones are not encoded.
        merged.add(
          part.length === 0
            ? histogram
            : LatencyHistogram.decode(JSON.parse(JSON.stringify(histogram.encode()))),
        );
      }
      const whole = of(values);
      const ranks = values.map((_, position) => position + 1);
      expect(ranks.map((rank) => merged.valueAtRank(rank))).toEqual(
        ranks.map((rank) => whole.valueAtRank(rank)),
      );
      expect([merged.count, merged.minMs, merged.maxMs]).toEqual([whole.count, whole.minMs, whole.maxMs]);
      expect(merged.sumMs).toBeCloseTo(whole.sumMs, 6); // the order of additions differs
    });
  }

  test('lists the values of its ranks, except the exact ends', () => {
    const histogram = of(draw(997, (random) => 2 + 8 * random() ** 3, 'values'));
    const values = histogram.values();
    expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(997);
    expect(values.length).toBeLessThan(997); // several share a value
    const written = values.flatMap(({ ms, count }) => Array<number>(count).fill(ms));
    const { minMs, maxMs } = histogram;
    const inner = written.slice(1, -1).map((ms) => Math.min(Math.max(ms, minMs), maxMs));
    expect(inner).toEqual(inner.map((_, position) => histogram.valueAtRank(position + 2)));
    expect(written.at(-1)).toBeCloseTo(histogram.maxMs, 1);
    expect(LatencyHistogram.decode(histogram.encode()).values()).toEqual(values);
    expect(LatencyHistogram.empty().values()).toEqual([]);
  });

  test('is encoded as HdrHistogram V2, which other tools read', () => {
    const { hdr } = of([1, 2, 3, 1000]).encode();
    const foreign = decodeFromCompressedBase64(hdr, 64);
    expect(foreign.totalCount).toBe(4);
    expect(foreign.getValueAtPercentile(50)).toBe(2000);
    expect(foreign.maxValue).toBeGreaterThanOrEqual(1_000_000);
  });

  test('counts more than an hour as an hour in ranks, and exactly in sum and maximum', () => {
    const histogram = of([1, 2, 3, 4_000_000, 5_000_000]);
    expect(histogram.maxMs).toBe(5_000_000);
    expect(histogram.valueAtRank(4)).toBeCloseTo(3_600_000, -5);
    expect(histogram.valueAtRank(5)).toBe(5_000_000);
  });

  test('gives its minimum and maximum for ranks outside 1..count', () => {
    const histogram = of([5, 7]);
    expect([histogram.valueAtRank(0), histogram.valueAtRank(3)]).toEqual([5, 7]);
  });

  test('removes all latencies on a reset, and records again', () => {
    const histogram = of([5, 7, 900]);
    histogram.reset();
    expect([histogram.count, histogram.sumMs, histogram.maxMs]).toEqual([0, 0, 0]);
    histogram.record(3);
    expect([histogram.count, histogram.minMs, histogram.maxMs, histogram.valueAtRank(1)]).toEqual([
      1, 3, 3, 3,
    ]);
  });
});
