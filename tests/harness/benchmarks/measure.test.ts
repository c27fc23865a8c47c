import { expect, test } from '@playwright/test';
import type { Benchmark } from '../../../src/benchmarks/benchmark.ts';
import { type Measured, type MeasureOptions, measure } from '../../../src/benchmarks/measure.ts';
import { arrivals } from '../../../src/kernel/arrivals.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { deferred } from '../../../src/kernel/deferred.ts';
import { totalOf } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { accessOf } from '../meetings/access-of.ts';

const access = await accessOf();
const options: MeasureOptions = {
  access,
  // No call goes there: these benchmarks return their own answers.
  serviceUrl: 'http://127.0.0.1:9',
  socketUrl: 'http://127.0.0.1:9',
  requestContext: 'wire',
  timeoutMs: 1000,
  prefix: 'test-',
  concurrency: 1,
  listedMeetings: 0,
  clock: systemClock,
  iterations: 10,
  warmUp: 4,
};

/** A benchmark whose calls have the outcomes of `outcomeOf`, and a record of its calls. */
function answering(outcomeOf: (index: number) => Outcome = () => 'ok') {
  const seen = { indices: [] as number[], prepared: 0, inFlight: 0, most: 0 };
  const benchmark: Benchmark = {
    operation: 'health.get',
    title: 'a benchmark',
    prepare: async (environment) => {
      seen.prepared = environment.options.calls;
      return {
        facts: { users: 1 },
        call: async (index, timings) => {
          seen.indices.push(index);
          seen.most = Math.max(seen.most, ++seen.inFlight);
          await Promise.resolve();
          seen.inFlight -= 1;
          const outcome = outcomeOf(index);
          timings.operation('health.get').record(outcome, 0, 1);
          return outcome;
        },
      };
    },
  };
  return { benchmark, seen };
}

test('the warm-up is counted, but not part of the results', async () => {
  const { benchmark, seen } = answering();
  const { timings, warmUp, problem, facts } = await measure(benchmark, options);
  expect(seen.indices).toEqual(Array.from({ length: 14 }, (_, index) => index));
  expect(seen.prepared).toBe(14);
  expect({ warmUp, problem, facts }).toEqual({ warmUp: 4, problem: null, facts: { users: 1 } });
  expect(timings.outcomes).toEqual({ ok: 10 });
});

test('a call that fails during the warm-up is not part of the results', async () => {
  const { benchmark } = answering((index) => (index < 4 ? 'http 500' : 'ok'));
  expect((await measure(benchmark, options)).timings.outcomes).toEqual({ ok: 10 });
});

for (const concurrency of [1, 3]) {
  test(`keeps ${concurrency === 1 ? '1 call' : `${concurrency} calls`} in flight`, async () => {
    const { benchmark, seen } = answering();
    const { timings } = await measure(benchmark, { ...options, concurrency });
    expect(seen.most).toBe(concurrency);
    expect([...seen.indices].sort((one, other) => one - other)).toEqual([...Array(14).keys()]);
    expect(totalOf(timings.outcomes)).toBe(10);
  });
}

for (const [when, limitedAt] of [
  ['during the warm-up', 2],
  ['during the measured calls', 9],
] as const) {
  test(`a 429 ${when} ends the benchmark with that reason`, async () => {
    const { benchmark, seen } = answering((index) => (index === limitedAt ? 'rate limited' : 'ok'));
    const { problem } = await measure(benchmark, options);
    expect(problem).toContain(`limited the rate at call ${limitedAt + 1} (429)`);
    expect(seen.indices).toHaveLength(limitedAt + 1);
  });
}

test('failures other than a 429 are counted and do not end the benchmark', async () => {
  const { benchmark } = answering((index) => (index % 2 ? 'http 500' : 'ok'));
  const { timings, problem } = await measure(benchmark, options);
  expect(problem).toBeNull();
  expect(timings.outcomes).toEqual({ ok: 5, 'http 500': 5 });
});

test('a benchmark that cannot be prepared fails with the reason', async () => {
  const benchmark: Benchmark = {
    operation: 'meeting.get',
    title: 'nobody answers',
    prepare: async (environment) => {
      await environment.meetings(1, 2);
      throw new Error('not reached');
    },
  };
  await expect(measure(benchmark, options)).rejects.toThrow(
    /The benchmark could not be prepared: it could not create a meeting \(refused: .*ECONNREFUSED/,
  );
});

test('arrivals are watched only while a benchmark runs, also when it fails', async () => {
  const watched: boolean[] = [];
  const { benchmark } = answering(() => {
    watched.push(arrivals.isWatching);
    return 'ok';
  });
  expect(arrivals.isWatching).toBe(false);
  await measure(benchmark, options);
  expect(watched).toEqual(Array.from({ length: 14 }, () => true));
  expect(arrivals.isWatching).toBe(false);
  const broken = { ...benchmark, prepare: () => Promise.reject(new Error('it could not be prepared')) };
  await expect(measure(broken, options)).rejects.toThrow('it could not be prepared');
  expect(arrivals.isWatching).toBe(false);
});

test('partial results are reported during the calls as an interrupted measurement', async () => {
  const heard: Measured[] = [];
  const isHeard = deferred<void>();
  const { benchmark } = answering();
  const slow: Benchmark = {
    ...benchmark,
    prepare: async (environment) => {
      const { call, facts } = await benchmark.prepare(environment);
      return {
        facts,
        call: async (index, timings) => {
          // The fifth measured call waits until the four before it were reported.
          if (index === 8) await isHeard.promise;
          return await call(index, timings);
        },
      };
    },
  };
  const soFar = (measured: Measured) => {
    heard.push(measured);
    isHeard.resolve();
  };
  const { timings, problem } = await measure(slow, { ...options, soFar, soFarEveryMs: 1 });
  expect([timings.outcomes, problem]).toEqual([{ ok: 10 }, null]);
  expect(heard[0]).toMatchObject({
    timings: { outcomes: { ok: 4 } },
    problem: 'the run ended before all calls were made',
  });
});
