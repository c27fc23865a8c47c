import type { Measured } from '../../../src/benchmarks/measure.ts';
import { type BenchmarkResult, resultOf } from '../../../src/benchmarks/result.ts';
import { parseTargets } from '../../../src/targets/parse.ts';
import { Timings } from '../../../src/timings/timings.ts';

/** The use of the processors, in cores: without other processes, or with other processes on one of two cores. */
export const quiet = { idle: 0.8, own: 1.1, others: 0.1 };
export const busy = { idle: 0.1, own: 0.9, others: 1 };

/** A hundred calls that took so long, a tenth less or more, and up to `widthMs` less in truth, the first `failed` of which failed, on a quiet machine. */
export function measured({
  operation = 'meeting.get',
  ms = 10,
  widthMs = 0,
  failed = 0,
  ...other
}: Partial<Measured> & {
  operation?: string;
  ms?: number;
  widthMs?: number;
  failed?: number;
} = {}): Measured {
  const timings = new Timings(0);
  for (let call = 0; call < 100; call++) {
    const outcome = call < failed ? 'http 500' : 'ok';
    const endedAt = ms * (0.9 + call / 500);
    timings.operation(operation).record(outcome, 0, endedAt, undefined, endedAt - widthMs);
    if (outcome !== 'ok') timings.operation(operation).failure(outcome, '500 BROKEN', 'broken');
  }
  return {
    timings: timings.encode(1).operations[operation]!,
    warmUp: 20,
    seconds: 1,
    facts: {},
    processors: quiet,
    problem: null,
    ...other,
  };
}

export function resultOfBenchmark(operation: string, one: Measured): BenchmarkResult {
  const title = operation;
  return resultOf({ operation, title, prepare: () => Promise.reject() }, one, {
    startedAt: new Date(0),
    iterations: 100,
    concurrency: 1,
    targets: parseTargets([
      ['meeting.get p95', '< 100 ms'],
      ['meeting.get error rate', '< 5 %'],
      ['health.get p95', '< 50 ms'],
    ]),
  });
}
