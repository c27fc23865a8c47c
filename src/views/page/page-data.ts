import type { Answered } from '../../conduct/answered.ts';
import type { Exemplar } from '../../crowd/exemplars.ts';
import type { AskedPhase } from '../../results/evidence/asked.ts';
import type { ComparisonEvidence } from '../../results/evidence/comparison.ts';
import type { BenchmarksSummary } from '../../results/summary/benchmark.ts';
import type { ExperimentSummary } from '../../results/summary/experiment.ts';
import type { Summary } from '../../results/summary/schema.ts';
import type { PhaseContext } from '../phase-context.ts';

/** One crowd, and what is known of it beside its summary. */
export interface ShownCrowd {
  readonly summary: Summary;
  readonly comparison?: ComparisonEvidence | undefined;
  readonly exemplars?: readonly Exemplar[] | undefined;
}

/** Everything that one run has to show. Parts that it does not have are empty, and their sections absent. */
export interface PageData {
  readonly runId: string;
  readonly crowds: readonly ShownCrowd[];
  readonly answers?: readonly Answered[] | undefined;
  readonly experiments: readonly ExperimentSummary[];
  readonly benchmarks: BenchmarksSummary;
  /** What is to be known beside the results of each phase. */
  readonly contexts?: Readonly<Record<AskedPhase, PhaseContext>> | undefined;
}
