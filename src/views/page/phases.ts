import { measuredBenchmark } from '../../live/live-results.ts';
import { summariseExperiment } from '../../results/summary/experiment.ts';
import { contextOf } from '../phase-context.ts';
import { capacityPhase } from './capacity-phase.ts';
import { loadPhase } from './load-phase.ts';
import { benchPhase, chaosPhase, conductPhase } from './other-phases.ts';
import type { PageData, ShownCrowd } from './page-data.ts';
import type { Phase } from './phase.ts';
import { soakPhase } from './soak-phase.ts';

function crowdPhase(crowd: ShownCrowd): Phase {
  const { capacity } = crowd.summary;
  return capacity ? capacityPhase(crowd, capacity) : loadPhase(crowd);
}

/** The parts of the page, in the order of the run. */
export function phasesOf(data: PageData): Phase[] {
  const { crowds, soak, answers, experiments, benchmarks, facts: runFacts } = data;
  const context = (phase: Parameters<typeof contextOf>[0]) => ({ ...contextOf(phase, data), runFacts });
  return [
    ...crowds.map(crowdPhase),
    ...(soak ? [soakPhase(soak)] : []),
    ...(answers.length > 0 ? [conductPhase(answers, context('conduct'))] : []),
    ...(experiments.length > 0 ? [chaosPhase(experiments.map(summariseExperiment), context('chaos'))] : []),
    ...(benchmarks.length > 0 ? [benchPhase(benchmarks.map(measuredBenchmark), context('bench'))] : []),
  ];
}
