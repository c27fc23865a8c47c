import { peakUsers } from '../../crowd/schedules/index.ts';
import type { LiveCrowd } from '../../live/live-crowd.ts';
import type { LiveFacts, LiveRun } from '../../live/live-run.ts';
import type { CrowdView, RunView } from './run-view.ts';

/** The current state of a run. */
export function liveView({ facts, elapsedS, phases, crowds, results }: LiveRun): RunView {
  const { experiments, benchmarks } = results;
  return {
    labels: { run: facts.id, service: facts.serviceUrl },
    elapsedS,
    phases: phases.all,
    crowds: crowds.map((crowd) => crowdView(crowd, facts)),
    experiments,
    benchmarks,
  };
}

function crowdView(crowd: LiveCrowd, { schedule }: LiveFacts): CrowdView {
  const { name, users, elapsedS, reports } = crowd;
  return {
    name,
    verdict: null,
    users: { now: users, requested: peakUsers(schedule) },
    elapsedS,
    reports,
    get timings() {
      return crowd.timings;
    },
    latencies: (histogram) => crowd.latencies(histogram),
    recent: crowd.seconds.at(-1) ?? null,
    get targets() {
      return crowd.targets;
    },
    // A getter: the checks read all reports, and not every view shows them.
    get generator() {
      return { isOk: crowd.standing.length === 0, adds: crowd.generatorAdds, checks: crowd.health };
    },
  };
}
