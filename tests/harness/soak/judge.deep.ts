import { expect, test } from '@playwright/test';
import { linearRegression, mean } from 'simple-statistics';
import { judgeSoak } from '../../../src/soak/judge.ts';
import { floorsOf, materialOf } from '../../../src/soak/series.ts';
import { studentTail } from '../../../src/statistics/tails.ts';
import type { TimedValue } from '../../../src/statistics/theil-sen.ts';
import { type Behaviour, type SimulatedSoak, simulatedSoak } from './simulated-soak.ts';

const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;
const SOAKS = 400;
const HEAP = 'nodejs_heap_size_used_bytes';

/** The part of soaks, in percent, for which this is true. */
function percentOf(soaks: number, isTrue: (soak: SimulatedSoak) => boolean, behaviour?: Behaviour): number {
  let count = 0;
  for (let soak = 0; soak < soaks; soak++) if (isTrue(simulatedSoak(`deep ${soak}`, behaviour))) count++;
  return (100 * count) / soaks;
}

const grows = (soak: SimulatedSoak) => judgeSoak(soak)[0]!.verdict === 'grows';
const isUnsettled = (soak: SimulatedSoak) => judgeSoak(soak)[0]!.verdict === 'unsettled';

/** The methods that others use, on the heap: a straight line through all samples, and the last quarter against the first. */
function straightLineRises({ samples }: SimulatedSoak): boolean {
  const points = samples.map(({ atMs, values }): TimedValue => ({ at: atMs, value: values[HEAP]! }));
  const { m: slope, b: start } = linearRegression(points.map(({ at, value }) => [at, value]));
  const middle = mean(points.map(({ at }) => at));
  const rest = points.reduce((sum, { at, value }) => sum + (value - start - slope * at) ** 2, 0);
  const spread = points.reduce((sum, { at }) => sum + (at - middle) ** 2, 0);
  return studentTail(slope / Math.sqrt(rest / (points.length - 2) / spread), points.length - 2) < 0.01;
}

function lastQuarterIsHigher({ samples }: SimulatedSoak): boolean {
  const quarter = Math.floor(samples.length / 4);
  const heapOf = (part: typeof samples) => mean(part.map(({ values }) => values[HEAP]!));
  return heapOf(samples.slice(-quarter)) > 1.05 * heapOf(samples.slice(0, quarter));
}

/** The floors of the heap over all of the time, with the warm-up: they rise. */
function floorsOfAllRise(soak: SimulatedSoak): boolean {
  const floors = floorsOf(HEAP, materialOf(soak.rounds, soak.samples), {
    starts: soak.rounds.map(({ startedAtMs }) => startedAtMs),
  });
  return floors.at(-1)!.value > 1.05 * floors[0]!.value;
}

for (const [name, behaviour] of Object.entries<Behaviour>({
  '10 min': {},
  '10 min with 20 rounds': { rounds: 20 },
  '2 h': { forMs: 2 * HOUR_MS },
  '8 h': { forMs: 8 * HOUR_MS },
}))
  test(`of ${SOAKS} healthy soaks of ${name}, at most 3% grow in any metric, and 85% are flat`, () => {
    expect(percentOf(SOAKS, grows, behaviour)).toBeLessThanOrEqual(3);
    expect(percentOf(SOAKS, (soak) => judgeSoak(soak)[0]!.verdict === 'flat', behaviour)).toBeGreaterThan(85);
  });

test('the simulated services give false alarms with other methods', () => {
  expect(percentOf(SOAKS, straightLineRises)).toBeGreaterThan(30);
  expect(percentOf(SOAKS, lastQuarterIsHigher)).toBeGreaterThan(30);
  expect(percentOf(SOAKS, floorsOfAllRise)).toBeGreaterThan(30);
});

test('a leak of 1 KB per session is found in most soaks of 2 h, and its rate is right', () => {
  const leak = { leakBytes: 1024, sessions: 3000, forMs: 2 * HOUR_MS };
  expect(percentOf(200, grows, leak)).toBeGreaterThan(85);
  const rates: number[] = [];
  for (let soak = 0; soak < 50; soak++) {
    const [first] = judgeSoak(simulatedSoak(`rate ${soak}`, leak));
    if (first?.verdict === 'grows') rates.push(first.per1000Sessions!.value / 1024);
  }
  expect(mean(rates)).toBeGreaterThan(850);
  expect(mean(rates)).toBeLessThan(1200);
});

test('a warm-up that has not settled is mostly unsettled, and rarely grows', () => {
  for (const warmUp of [0.2, 0.3, 0.4]) {
    const behaviour = { warmUp, warmUpBytes: 60 * MIB };
    expect(percentOf(200, isUnsettled, behaviour), `${warmUp}`).toBeGreaterThan(60);
    expect(percentOf(200, grows, behaviour), `${warmUp}`).toBeLessThan(25);
  }
});

test('every leak of sockets that adds one per round or more is found in each soak, with sockets first', () => {
  for (const leakSocketEvery of [1, 10, 100])
    expect(
      percentOf(
        200,
        (soak) => {
          const [first] = judgeSoak(soak);
          return first!.metric === 'os.sockets' && first!.verdict === 'grows';
        },
        { leakSocketEvery },
      ),
    ).toBe(100);
});
