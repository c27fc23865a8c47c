import { Progress } from '../results/evidence/progress.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { crowdContext, factsOfRun } from './crowd-context.ts';

/**
 * Playwright's global set-up after the start of the coordinator: saves the evidence of each crowd while it runs. It is not
 * a reporter, because the command line may replace reporters.
 */
export default async function keepProgress(): Promise<() => Promise<void>> {
  const progress = new Progress(runningCoordinator()!, factsOfRun().runId, crowdContext);
  return async () => {
    const problem = await progress.written();
    if (problem !== undefined)
      console.error(`The evidence could not be saved during the run, only at its end: ${problem}`);
  };
}
