import { currentRun, loadSettings } from '../config/environment.ts';
import { runFacts } from '../history/run-facts.ts';
import { UserError } from '../kernel/errors.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { isConsoleTold } from './console/console-reporter.ts';
import { keepCrowd } from './evidence/keep.ts';
import { publish } from './publish.ts';
import { resultBlock } from './result-block.ts';
import type { Summary } from './summary/schema.ts';

/**
 * Playwright's global teardown. Without the project of the verdict (`--no-deps`, or projects picked by hand), nobody has
 * judged the crowd, and without our reporters (`--reporter=line`) nobody would say so: then it is judged here, where the
 * command line replaces nothing. An error is the only way to an exit code that is not 0.
 */
export default async function lastVerdict(): Promise<void> {
  const [run, coordinator] = [currentRun(), runningCoordinator()];
  if (!run || !coordinator) return;
  const settings = loadSettings();
  const { schedule, targets } = settings;
  const facts = runFacts(settings, run);
  // An interrupted run ends with its own exit code, and with what the reporter rescues.
  const unjudged = coordinator.unjudged.filter(({ stopped }) => stopped !== 'interrupted');
  if (unjudged.length === 0) return;
  for (const crowd of unjudged) await keepCrowd(crowd, { schedule, targets, facts });
  const names = unjudged.map(({ name }) => name);
  const { crowds } = await publish(run.id);
  const summaries = crowds
    .map(({ summary }) => summary)
    .filter(({ run: { crowd } }) => names.includes(crowd));
  if (!isConsoleTold()) for (const summary of summaries) console.log(`\n${resultBlock(summary).join('\n')}`);
  const message = whyNotPassed(summaries, run.shard.of > 1);
  if (message !== undefined) throw new UserError(message);
}

/** One shard is a part of the crowd: where it has not failed, the whole is judged where the shards are merged. */
export function whyNotPassed(
  summaries: readonly Pick<Summary, 'verdict' | 'reasons' | 'run'>[],
  isPart: boolean,
): string | undefined {
  const bad = summaries.filter(
    ({ verdict }) => verdict !== 'passed' && !(isPart && verdict === 'inconclusive'),
  );
  if (bad.length === 0) return undefined;
  return bad
    .map(({ run, verdict, reasons }) => [`${run.crowd}: ${verdict}`, ...reasons].join('\n  '))
    .join('\n');
}
