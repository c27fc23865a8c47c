import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { Stage } from './stage.ts';

/** One operation of the service, called again and again with nobody else around. */
export interface Benchmark {
  /** The operation that is measured, as `timings/catalogue.ts` names it. */
  readonly operation: string;
  /** For people: "join a meeting". */
  readonly title: string;
  /** Creates what the calls need; `calls` of them will follow, the warm-up included. */
  prepare(stage: Stage): Promise<Prepared>;
}

export interface Prepared {
  /** What decides the cost of a call beside the code: sizes, counts. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** The `index`-th call, from 0: recorded in `timings` under the benchmark's operation. Never throws for the service. */
  call(index: number, timings: Timings): Promise<Outcome>;
}
