import { measuredBenchmark } from '../../live/live-results.ts';
import { summariseExperiment } from '../../results/summary/experiment.ts';
import { contextOf } from '../phase-context.ts';
import { loadPhase } from './load-phase.ts';
import { benchPhase, chaosPhase, conductPhase } from './other-phases.ts';
import type { PageData } from './page-data.ts';
import type { Phase } from './phase.ts';

/** The parts of the page, in the order of the run. */
export function phasesOf(data: PageData): Phase[] {
  const { crowds, answers, experiments, benchmarks, facts: runFacts } = data;
  const context = (phase: Parameters<typeof contextOf>[0]) => ({ ...contextOf(phase, data), runFacts });
  return [
    ...crowds.map(loadPhase),
    ...(answers.length > 0 ? [conductPhase(answers, context('conduct'))] : []),
    ...(experiments.length > 0 ? [chaosPhase(experiments.map(summariseExperiment), context('chaos'))] : []),
    ...(benchmarks.length > 0 ? [benchPhase(benchmarks.map(measuredBenchmark), context('bench'))] : []),
  ];
}
