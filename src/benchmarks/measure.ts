import { arrivals } from '../kernel/arrivals.ts';
import { ProcessorTimes, type ProcessorUse } from '../kernel/processor-times.ts';
import type { EncodedOperation } from '../timings/encoded.ts';
import { Timings } from '../timings/timings.ts';
import type { Benchmark } from './benchmark.ts';
import { Stage, type StageOptions } from './stage.ts';

export interface Measured {
  /** What was recorded of the measured calls; empty when there was none. */
  readonly timings: EncodedOperation;
  /** Calls that were made before, and are in no figure. */
  readonly warmUp: number;
  /** From the first measured call to the end of the last. */
  readonly seconds: number;
  readonly facts: Readonly<Record<string, string | number>>;
  /** What the processors of this machine did, from the warm-up on. */
  readonly processors: ProcessorUse;
  /** Why the measuring ended early, or null. */
  readonly trouble: string | null;
}

export type MeasureOptions = Omit<StageOptions, 'calls'> & {
  readonly iterations: number;
  readonly warmUp: number;
  /** Hears again and again, while measured calls are made, what is known so far. */
  readonly soFar?: (measured: Measured) => void;
  /** Default 3000. */
  readonly soFarEveryMs?: number;
};

const SO_FAR_EVERY_MS = 3000;
/** Why the measuring ended early, for who reads it after the process was killed. */
export const CUT = 'the run ended before all calls were made';

/**
 * Prepares, warms up, measures, undoes. Calls that are rate limited end it at once: what would follow is the limiter,
 * not the endpoint. Throws a UserError when the preparation fails.
 */
export async function measure(benchmark: Benchmark, options: MeasureOptions): Promise<Measured> {
  const { iterations, warmUp, concurrency, clock, soFarEveryMs = SO_FAR_EVERY_MS } = options;
  const stage = await Stage.open({ ...options, calls: warmUp + iterations });
  // From here on, each answer has the earliest instant at which it can have arrived.
  const watched = arrivals.watch();
  try {
    const { call, facts } = await benchmark.prepare(stage);
    let trouble: string | null = null;
    /** Calls from the `first`-th to the one before `end`, so many at a time. */
    const run = async (first: number, end: number, timings: Timings) => {
      let next = first;
      const caller = async () => {
        while (next < end && trouble === null) {
          const index = next++;
          const outcome = await call(index, timings);
          if (outcome === 'rate limited') trouble = rateLimited(index);
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
        trouble: why,
      };
    };
    const telling = setInterval(() => options.soFar?.(measured(CUT)), soFarEveryMs);
    await run(warmUp, warmUp + iterations, timings).finally(() => clearInterval(telling));
    return measured(trouble);
  } finally {
    watched();
    await stage.close();
  }
}

function rateLimited(index: number): string {
  return (
    `the service limited the rate at call ${index + 1} (429), though calls are spread over users within the contract's ` +
    'limits: what follows would be the limiter, not the endpoint. Raise its limits, or lower ITERATIONS.'
  );
}
