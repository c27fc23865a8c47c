import { relative } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';
import { currentRun, loadSettings } from '../config/environment.ts';
import { runAnswer } from '../history/answer.ts';
import { Past } from '../history/past.ts';
import { UserError } from '../kernel/errors.ts';
import { endInconclusive } from '../kernel/exit-code.ts';
import { askedOf, endedWith, keepAsked } from '../results/evidence/asked.ts';
import { Collected } from '../results/merge/collected.ts';
import { keepCollected } from '../results/merge/keep-collected.ts';
import { mergedRecords, missingLines } from '../results/merge/merged-records.ts';
import { runFolder } from '../run/run-folder.ts';
import { notedShards, type ShardNote } from '../run/shard-note.ts';
import { writeAllRuns } from '../views/all-runs/write.ts';
import { answersOf } from '../views/answers.ts';
import { benchBlock } from '../views/console/bench-block.ts';
import { resultBlock } from '../views/console/result-block.ts';
import { verdictBlock } from '../views/console/verdict-block.ts';
import { contextOf } from '../views/phase-context.ts';
import { type Published, publish } from '../views/publish.ts';
import { saveToHistory } from './save-to-history.ts';

/**
 * Merges the blob reports of several runs into one run: one crowd with the slices of all machines, judged as a whole. The
 * exit code of `merge-reports` is 0 unless a reporter throws: this reporter throws at the end if the merged run has not
 * passed.
 */
export default class MergeReporter implements Reporter {
  readonly #collected = new Collected();
  #shards: ShardNote[] = [];
  #failure: Error | undefined;

  #suite: Suite | undefined;

  onBegin({ metadata }: FullConfig, suite: Suite): void {
    this.#shards = notedShards(metadata);
    this.#suite = suite;
  }

  onTestEnd(_test: TestCase, result: TestResult): void {
    try {
      this.#collected.add(result);
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  onError({ message, value }: TestError): void {
    console.error(message ?? value ?? '');
  }

  async onEnd({ status }: FullResult): Promise<{ status: FullResult['status'] } | undefined> {
    const { id } = currentRun()!;
    try {
      if (this.#failure) throw this.#failure;
      const settings = loadSettings();
      const crowds = await keepCollected(this.#collected, id);
      const asked = this.#suite && endedWith(askedOf(this.#suite), status, this.#suite);
      if (asked) await keepAsked(id, asked);
      const past = await Past.read(settings);
      const records = await mergedRecords(crowds, this.#collected, {
        past,
        runId: id,
        shards: this.#shards,
        asked,
      });
      const published = await publish(id);
      this.#print(published, id);
      const { lines, failures } =
        records.length > 0
          ? await saveToHistory(records, { runId: id, settings })
          : { lines: [], failures: [] };
      const page = await writeAllRuns();
      for (const line of [...lines, page.line]) if (line !== undefined) console.log(line);
      for (const failure of [...failures, page.failure]) if (failure !== undefined) console.error(failure);
      const problems = [...published.problems, ...failures];
      const answers = answersOf(published);
      console.log(`\n${verdictBlock(answers).join('\n')}`);
      const isWhole = problems.length === 0 && missingLines(this.#shards).length === 0;
      if (isWhole && runAnswer(answers)?.verdict === 'inconclusive') endInconclusive();
      this.#failure = failureOf({ ...published, problems }, status, missingLines(this.#shards));
    } catch (error) {
      this.#failure = error as Error;
    }
    return this.#failure ? { status: 'failed' } : undefined;
  }

  onExit(): Promise<void> {
    return this.#failure ? Promise.reject(this.#failure) : Promise.resolve();
  }

  printsToStdio(): boolean {
    return true;
  }

  #print(published: Published, id: string): void {
    const { crowds, benchmarks, experiments, problems } = published;
    for (const { summary } of crowds) console.log(`\n${resultBlock(summary).join('\n')}`);
    if (benchmarks.length > 0)
      console.log(`\n${benchBlock(benchmarks, contextOf('bench', published)).join('\n')}`);
    for (const { journal } of experiments)
      console.log(`${journal.experiment.title}: ${journal.fullhouse.verdict}`);
    for (const problem of problems) console.error(problem);
    console.log(`\nReport   ${relative(process.cwd(), runFolder(id))}/index.html`);
    console.log('HTML     npx fullhouse report');
  }
}

/** Why the merged run has not passed. A failed part of one machine, such as a lost slice, counts too. */
function failureOf(
  { crowds, problems }: Published,
  status: FullResult['status'],
  missing: readonly string[],
): Error | undefined {
  const verdicts = crowds.filter(({ summary }) => summary.verdict !== 'passed');
  const slower = crowds.flatMap(({ evidence }) => evidence.comparison?.regressions ?? []);
  const reasons = [
    ...verdicts.map(({ summary }) => `${summary.run.crowd}: ${summary.verdict}.`),
    ...slower.map(({ message }) => `${message}.`),
    ...crowds.flatMap(({ evidence }) => evidence.comparison?.notCompared ?? []),
    ...missing.map((line) => `${line}.`),
  ];
  if (reasons.length === 0 && status !== 'passed')
    reasons.push(`The tests of the merged runs ended with the status "${status}".`);
  if (reasons.length === 0 && problems.length > 0) reasons.push('Some files could not be written.');
  return reasons.length > 0 ? new UserError(reasons.join('\n')) : undefined;
}
