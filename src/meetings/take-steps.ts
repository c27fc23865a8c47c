import type { Outcome } from '../timings/outcome.ts';
import type { Step } from './contract/contract.ts';

/** The step into a meeting that failed, and how. */
export interface FailedStep {
  readonly step: Step;
  readonly outcome: Outcome;
}

/** Takes the steps into a meeting one after the other. Returns the first one that failed; undefined when all succeeded. */
export async function takeSteps(
  steps: readonly Step[],
  take: (step: Step) => Promise<Outcome>,
): Promise<FailedStep | undefined> {
  for (const step of steps) {
    const outcome = await take(step);
    if (outcome !== 'ok') return { step, outcome };
  }
  return undefined;
}
