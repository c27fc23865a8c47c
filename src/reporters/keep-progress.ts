import { Progress } from '../results/evidence/progress.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { crowdContext, factsOfRun } from './crowd-context.ts';

/**
 * Playwright's global set-up, after the one that starts the coordinator: from now on, the evidence of each crowd is on disk
 * while it runs. No reporter does this, since the command line may replace those.
 */
export default async function keepProgress(): Promise<() => Promise<void>> {
  const progress = new Progress(runningCoordinator()!, factsOfRun().runId, crowdContext);
  return async () => {
    const problem = await progress.written();
    if (problem !== undefined)
      console.error(`The evidence could not be kept while the run went on, only at its end: ${problem}`);
  };
}
