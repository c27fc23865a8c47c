import { currentRun, loadSettings } from '../config/environment.ts';
import { runFacts } from '../history/run-facts.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { Progress } from './evidence/progress.ts';

/**
 * Playwright's global set-up, after the one that starts the coordinator: from now on, the evidence of each crowd is on disk
 * while it runs. No reporter does this, since the command line may replace those.
 */
export default async function keepProgress(): Promise<() => Promise<void>> {
  const [settings, run] = [loadSettings(), currentRun()!];
  const { schedule, targets } = settings;
  const progress = new Progress(runningCoordinator()!, { schedule, targets, facts: runFacts(settings, run) });
  return async () => {
    const trouble = await progress.written();
    if (trouble !== undefined)
      console.error(`The evidence could not be kept while the run went on, only at its end: ${trouble}`);
  };
}
