import { currentRun, loadSettings } from '../config/environment.ts';
import { publicSettings } from '../config/public-settings.ts';
import { type RunFacts, runFacts } from '../history/run-facts.ts';
import type { CrowdFile } from '../results/evidence/crowd-evidence.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { crowdSettings } from '../run/load-test-settings.ts';

let facts: RunFacts | undefined;

/** Asks Git and the machine once: a process that starts while a crowd begins would delay it. */
export function factsOfRun(): RunFacts {
  facts ??= runFacts(loadSettings(), currentRun()!);
  return facts;
}

/** What a crowd of this run is judged by: its load test may set its own journey, schedule and targets. */
export function crowdContext(crowd: string): Pick<CrowdFile, 'schedule' | 'targets' | 'facts'> {
  const settings = crowdSettings(runningCoordinator()!, crowd);
  const { schedule, targets } = settings;
  return { schedule, targets, facts: { ...factsOfRun(), settings: publicSettings(settings) } };
}
