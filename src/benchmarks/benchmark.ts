import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { BenchEnvironment } from './bench-environment.ts';

/** One operation of the service, called many times while nothing else uses the service. */
export interface Benchmark {
  /** The name of the measured operation. */
  readonly operation: string;
  /** The label in reports: "join a meeting". */
  readonly title: string;
  /** Creates what the calls need. `environment.options.calls` calls follow, the warm-up included. */
  prepare(environment: BenchEnvironment): Promise<Prepared>;
}

export interface Prepared {
  /** The factors of a call's cost beside the code: sizes, counts. */
  readonly facts: Readonly<Record<string, string | number>>;
  /**
   * Makes call number `index`, from 0, and records it in `timings` as the operation. Does not throw for failures of
   * the service.
   */
  call(index: number, timings: Timings): Promise<Outcome>;
}
