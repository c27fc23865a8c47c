import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { BenchEnvironment } from './bench-environment.ts';

/** Calls one operation of the service many times while nothing else uses the service. */
export interface Benchmark {
  /** The name of the measured operation. */
  readonly operation: string;
  /** The label in reports: "join a meeting". */
  readonly title: string;
  /** Prepares the calls. `environment.options.calls` calls follow, including the warm-up. */
  prepare(environment: BenchEnvironment): Promise<Prepared>;
}

export interface Prepared {
  /** Sizes and counts that influence the cost of a call. */
  readonly facts: Readonly<Record<string, string | number>>;
  /**
   * Makes call number `index`, from 0, and records it in `timings` as the operation. Failures of the service do not throw.
   */
  call(index: number, timings: Timings): Promise<Outcome>;
}
