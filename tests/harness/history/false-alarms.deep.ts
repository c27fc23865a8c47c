import { expect, test } from '@playwright/test';
import type { Metric } from '../../../src/history/metrics.ts';
import { overSeries } from '../../../src/history/over-series.ts';
import { type Random, seeded } from '../../../src/kernel/random.ts';
import { normal } from './records.ts';

/**
 * The difference between two runs of the same service on the same machine.
 * - `spread`: standard deviation of the logarithm. CodSpeed (2025, "Benchmarks in CI: Escaping the Cloud Chaos")
 *   measured 2.7 % between hundred GitHub-hosted runners; MongoDB's tuned machines stay within 10 % from the least to
 *   the most (Ingo and Daly 2018). These tests use 1.5 times the first value.
 * - `memory`: correlation of one run with the next, because machines have days; 0 to 0.4 in our own 39 runs.
 * - `slow`: the part of the runs on a busy machine, which take 1.3 to 2 times as long.
 */
interface Noise {
  readonly spread: number;
  readonly memory: number;
  readonly slow: number;
}

const realistic: Noise = { spread: 0.04, memory: 0.3, slow: 0.03 };

const SERIES = 200;
/** A series is judged after each of these runs, and counts as flagged when one of them flags it. */
const RUNS = 50;

function* values({ spread, memory, slow }: Noise, random: Random): Generator<number> {
  let state = normal(random);
  for (;;) {
    const busy = random() < slow ? 1.3 + 0.7 * random() : 1;
    yield 20 * Math.exp(spread * state) * busy;
    state = memory * state + Math.sqrt(1 - memory ** 2) * normal(random);
  }
}

const take = (noise: Noise, count: number, ...key: (string | number)[]) => {
  const source = values(noise, seeded('false alarms', ...key));
  return Array.from({ length: count }, () => source.next().value as number);
};

const as = (kind: Metric['kind'], value: number) =>
  new Map<string, Metric>([
    ['metric', { name: 'metric', kind, value, unit: 'ms', better: 'lower', watched: true }],
  ]);

/** The first run, from `first` on, after which the series is flagged; undefined if none. */
function flaggedAt(
  series: readonly number[],
  first: number,
  kind: Metric['kind'] = 'p50',
): number | undefined {
  const records = series.map((value) => as(kind, value));
  for (let run = first; run < records.length; run++)
    if (overSeries(records[run]!, records.slice(0, run)).regressions.length > 0) return run;
  return undefined;
}

const percentOf = (count: number) => (count / SERIES) * 100;

function falseAlarms(noise: Noise, kind?: Metric['kind']): number {
  const series = Array.from({ length: SERIES }, (_, key) => take(noise, RUNS, key));
  return percentOf(series.filter((one) => flaggedAt(one, 0, kind) !== undefined).length);
}

/** The percentage of the steps by `factor` after `before` runs that are found within five runs. */
function foundSteps(noise: Noise, factor: number, before = 20): number {
  const series = Array.from({ length: SERIES }, (_, key) =>
    take(noise, before + 5, 'step', key).map((value, run) => (run < before ? value : value * factor)),
  );
  return percentOf(series.filter((one) => flaggedAt(one, before) !== undefined).length);
}

test.describe('the series judgement in 200 simulated series', () => {
  test('flags at most 5% of the series of 50 runs without a change', () => {
    expect(falseAlarms(realistic)).toBeLessThanOrEqual(5);
  });

  test('finds at least 95% of the steps of 20% within five runs', () => {
    expect(foundSteps(realistic, 1.2)).toBeGreaterThanOrEqual(95);
  });

  test('raises no more false alarms on noisier machines', () => {
    expect(falseAlarms({ spread: 0.05, memory: 0.3, slow: 0.05 })).toBeLessThanOrEqual(5);
    // The P95 of a hundred calls to a fast endpoint.
    expect(falseAlarms({ spread: 0.3, memory: 0, slow: 0.05 }, 'p95')).toBeLessThanOrEqual(5);
    expect(foundSteps({ spread: 0.06, memory: 0.3, slow: 0.05 }, 1.5)).toBeGreaterThanOrEqual(95);
  });

  test('flags few improvements and few steps of 5%', () => {
    expect(foundSteps(realistic, 0.8)).toBeLessThanOrEqual(5);
    expect(foundSteps(realistic, 1.05)).toBeLessThanOrEqual(10);
  });
});
