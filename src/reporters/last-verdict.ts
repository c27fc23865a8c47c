import { tellPeople } from '../config/command-line.ts';
import { currentRun, loadSettings } from '../config/environment.ts';
import { isInterrupted } from '../crowd/coordinator/messages.ts';
import { runFacts } from '../history/run-facts.ts';
import { UserError } from '../kernel/errors.ts';
import { groupedFailures } from '../kernel/file-failure.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { isConsoleTold } from './console/console-reporter.ts';
import { type KeptCrowd, keepCrowd } from './evidence/keep.ts';
import { publish } from './publish.ts';
import { resultBlock } from './result-block.ts';
import type { Summary } from './summary/schema.ts';

/**
 * Playwright's global teardown. Without the project of the verdict (`--no-deps`, or projects picked by hand), nobody has
 * judged the crowd, and without our reporters (`--reporter=line`) nobody would print a verdict or make the reports of the
 * run: then it happens here, where the command line replaces nothing. An error is the only way to an exit code that is not 0.
 */
export default async function lastVerdict(): Promise<void> {
  const [run, coordinator] = [currentRun(), runningCoordinator()];
  if (!run || !coordinator) return;
  const settings = loadSettings();
  const { schedule, targets } = settings;
  const facts = runFacts(settings, run);
  // An interrupted run ends with its own exit code, and with what the reporter rescues.
  const unjudged = coordinator.unjudged.filter((crowd) => !isInterrupted(crowd));
  if (unjudged.length === 0 && isConsoleTold()) return;
  const kept: KeptCrowd[] = [];
  for (const crowd of unjudged) kept.push(await keepCrowd(crowd, { schedule, targets, facts }));
  const names = unjudged.map(({ name }) => name);
  const held = kept.map(({ evidence }) => evidence);
  const { crowds, troubles } = await publish(run.id, undefined, held);
  const summaries = crowds.map(({ summary }) => summary);
  if (!isConsoleTold()) for (const summary of summaries) tellPeople(`\n${resultBlock(summary).join('\n')}`);
  const judgedHere = summaries.filter(({ run: { crowd } }) => names.includes(crowd));
  const unwritten = groupedFailures(kept.flatMap(({ failures }) => failures));
  const messages = [whyNotPassed(judgedHere, run.shard.of > 1), ...unwritten, ...troubles];
  const message = messages.filter((one) => one !== undefined).join('\n');
  if (message !== '') throw new UserError(message);
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
