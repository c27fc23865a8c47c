import type { BenchmarksSummary } from '../summary/benchmark.ts';
import type { ExperimentSummary } from '../summary/experiment.ts';
import type { Summary } from '../summary/schema.ts';

/** Everything that one run has to show. Parts that it does not have are empty, and their sections absent. */
export interface PageData {
  readonly runId: string;
  /** One for each crowd. */
  readonly crowds: readonly Summary[];
  readonly experiments: readonly ExperimentSummary[];
  readonly benchmarks: BenchmarksSummary;
}
