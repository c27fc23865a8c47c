import { arrivals } from '../kernel/arrivals.ts';
import { ProcessorTimes, type ProcessorUse } from '../kernel/processor-times.ts';
import type { EncodedOperation } from '../timings/encoded.ts';
import { Timings } from '../timings/timings.ts';
import { BenchEnvironment, type BenchEnvironmentOptions } from './bench-environment.ts';
import type { Benchmark } from './benchmark.ts';

export interface Measured {
  /** The timings of the measured calls; empty without calls. */
  readonly timings: EncodedOperation;
  /** The number of calls before the measured calls; they are not part of the results. */
  readonly warmUp: number;
  /** From the first measured call to the end of the last one. */
  readonly seconds: number;
  readonly facts: Readonly<Record<string, string | number>>;
  /** The use of this machine's processors since the start of the warm-up. */
  readonly processors: ProcessorUse;
  /** Why the measurement ended early, or null. */
  readonly problem: string | null;
}

export type MeasureOptions = Omit<BenchEnvironmentOptions, 'calls'> & {
  readonly iterations: number;
  readonly warmUp: number;
  /** Receives partial results, several times during the measured calls. */
  readonly soFar?: (measured: Measured) => void;
  readonly soFarEveryMs?: number;
};

const SO_FAR_EVERY_MS = 3000;
/** The problem of partial results: they are the only results if the process is killed. */
export const CUT = 'the run ended before all calls were made';

/**
 * Prepares a benchmark, warms up, measures, and removes the preparation. A rate-limited call ends the measurement at once,
 * because further calls would measure the limiter, not the endpoint.
 * @throws {UserError} when the preparation fails
 */
export async function measure(benchmark: Benchmark, options: MeasureOptions): Promise<Measured> {
  const { iterations, warmUp, concurrency, clock, soFarEveryMs = SO_FAR_EVERY_MS } = options;
  const environment = await BenchEnvironment.open({ ...options, calls: warmUp + iterations });
  // From now on, each answer has its earliest possible arrival.
  const watched = arrivals.watch();
  try {
    const { call, facts } = await benchmark.prepare(environment);
    let problem: string | null = null;
    /** Makes the calls from number `first` to the one before `end`, `concurrency` at a time. */
    const run = async (first: number, end: number, timings: Timings) => {
      let next = first;
      const caller = async () => {
        while (next < end && problem === null) {
          const index = next++;
          const outcome = await call(index, timings);
          if (outcome === 'rate limited') problem = rateLimited(index);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, caller));
    };
    const times = new ProcessorTimes();
    await run(0, warmUp, new Timings(clock.now()));
    const startedAt = clock.now();
    const timings = new Timings(startedAt);
    const measured = (why: string | null): Measured => {
      const now = clock.now();
      const recorded = timings.encode(now).operations[benchmark.operation];
      return {
        timings: recorded ?? { outcomes: {}, causes: [] },
        warmUp,
        seconds: (now - startedAt) / 1000,
        facts,
        processors: times.use(),
        problem: why,
      };
    };
    const telling = setInterval(() => options.soFar?.(measured(CUT)), soFarEveryMs);
    await run(warmUp, warmUp + iterations, timings).finally(() => clearInterval(telling));
    return measured(problem);
  } finally {
    watched();
    await environment.close();
  }
}

function rateLimited(index: number): string {
  return (
    `the service limited the rate at call ${index + 1} (429), though calls are spread over users within the contract's ` +
    'limits: further calls would measure the limiter, not the endpoint. Raise its limits, or lower ITERATIONS.'
  );
}
