import { latenciesOf } from '../../live/latencies.ts';
import { concludedExperiment, measuredBenchmark } from '../../live/live-results.ts';
import type { CrowdReport } from '../../results/summary/summarise-readable.ts';
import type { RunReport } from '../report-part.ts';
import type { CrowdView, RunView } from './run-view.ts';

/** A run that is over, from its evidence. */
export function finishedView({ runId, crowds, soak, facts, experiments, benchmarks }: RunReport): RunView {
  const { seed = '', commit } = crowds[0]?.evidence.facts ?? facts ?? {};
  return {
    labels: { run: runId, seed: String(seed), commit: commit ?? '' },
    elapsedS: null,
    phases: [],
    crowds: crowds.map(crowdView),
    experiments: experiments.map(({ journal }) => concludedExperiment(journal)),
    benchmarks: benchmarks.map(measuredBenchmark),
    soak: soak?.summary,
  };
}

function crowdView({ evidence: { reports }, timings, summary }: CrowdReport): CrowdView {
  const { run, verdict, users, targets, selfCheck, capacity } = summary;
  return {
    name: run.crowd,
    capacity,
    verdict,
    users,
    elapsedS: run.durationS,
    reports,
    timings,
    latencies: latenciesOf,
    recent: null,
    targets,
    generator: { isOk: selfCheck.ok, adds: selfCheck.adds, checks: selfCheck.findings },
  };
}
