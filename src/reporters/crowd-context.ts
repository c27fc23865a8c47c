import { currentRun, loadSettings } from '../config/environment.ts';
import { publicSettings } from '../config/public-settings.ts';
import { type RunFacts, runFacts } from '../history/run-facts.ts';
import type { CrowdFile } from '../results/evidence/crowd-evidence.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { crowdSettings } from '../run/load-test-settings.ts';

let facts: RunFacts | undefined;

/** Reads the facts once: a Git process during the start of a crowd would delay it. */
export function factsOfRun(): RunFacts {
  facts ??= runFacts(loadSettings(), currentRun()!);
  return facts;
}

/** The schedule, targets and facts of a crowd; its load test may set its own. */
export function crowdContext(crowd: string): Pick<CrowdFile, 'schedule' | 'targets' | 'facts'> {
  const settings = crowdSettings(runningCoordinator()!, crowd);
  const { schedule, targets } = settings;
  return { schedule, targets, facts: { ...factsOfRun(), settings: publicSettings(settings) } };
}
