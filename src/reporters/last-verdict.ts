import { printForUser } from '../config/command-line.ts';
import { currentRun, loadSettings } from '../config/environment.ts';
import { isInterrupted } from '../crowd/coordinator/messages.ts';
import { worstVerdict } from '../history/answer.ts';
import { reasonText } from '../history/reason.ts';
import { UserError } from '../kernel/errors.ts';
import { endInconclusive } from '../kernel/exit-code.ts';
import { groupedFailures } from '../kernel/file-failure.ts';
import { type KeptCrowd, keepCrowd } from '../results/evidence/keep.ts';
import type { Summary } from '../results/summary/schema.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { writeAllRuns } from '../views/all-runs/write.ts';
import { answersOf } from '../views/answers.ts';
import { resultBlock } from '../views/console/result-block.ts';
import { verdictBlock } from '../views/console/verdict-block.ts';
import { publish } from '../views/publish.ts';
import { isConsoleUsed } from './console-reporter.ts';
import { crowdContext } from './crowd-context.ts';

/**
 * Playwright's global teardown. It judges the crowd if the project of the verdict did not run (`--no-deps`, or selected
 * projects). It prints the verdict and makes the reports if the command line replaced our reporters (`--reporter=line`).
 * Only an error makes an exit code other than 0.
 */
export default async function lastVerdict(): Promise<void> {
  const [run, coordinator] = [currentRun(), runningCoordinator()];
  if (!run || !coordinator) return;
  // An interrupted run has its own exit code, and the console reporter saves its evidence.
  const unjudged = coordinator.unjudged.filter((crowd) => !isInterrupted(crowd));
  if (unjudged.length === 0 && isConsoleUsed()) return;
  const kept: KeptCrowd[] = [];
  for (const crowd of unjudged) kept.push(await keepCrowd(crowd, crowdContext(crowd.name)));
  const names = unjudged.map(({ name }) => name);
  const held = kept.map(({ evidence }) => evidence);
  const published = await publish(run.id, undefined, held);
  const { crowds, problems } = published;
  const summaries = crowds.map(({ summary }) => summary);
  const answers = answersOf(published);
  // A run without any test has no results: its error is all that the user sees.
  if (!isConsoleUsed() && answers.length > 0) {
    const isVerbose = loadSettings().VERBOSE;
    for (const summary of summaries) printForUser(`\n${resultBlock(summary, { isVerbose }).join('\n')}`);
    printForUser(`\n${verdictBlock(answers).join('\n')}`);
    // Without our reporters, no other part makes the page of all runs.
    const { line, failure } = await writeAllRuns();
    printForUser(failure ?? line ?? '');
  }
  const judgedHere = summaries.filter(({ run: { crowd } }) => names.includes(crowd));
  const unwritten = groupedFailures(kept.flatMap(({ failures }) => failures));
  const messages = [whyNotPassed(judgedHere, run.shard.of > 1), ...unwritten, ...problems];
  const message = messages.filter((one) => one !== undefined).join('\n');
  if (unwritten.length + problems.length === 0 && isOnlyInconclusive(judgedHere)) endInconclusive();
  if (message !== '') throw new UserError(message);
}

function isOnlyInconclusive(summaries: readonly Pick<Summary, 'verdict'>[]): boolean {
  return worstVerdict(summaries.map(({ verdict }) => verdict)) === 'inconclusive';
}

/** One shard is a part of the crowd: if it has not failed, the merged run judges the whole. */
export function whyNotPassed(
  summaries: readonly Pick<Summary, 'verdict' | 'reasons' | 'run'>[],
  isPart: boolean,
): string | undefined {
  const bad = summaries.filter(
    ({ verdict }) => verdict !== 'passed' && !(isPart && verdict === 'inconclusive'),
  );
  if (bad.length === 0) return undefined;
  return bad
    .map(({ run, verdict, reasons }) => [`${run.crowd}: ${verdict}`, ...reasons.map(reasonText)].join('\n  '))
    .join('\n');
}
