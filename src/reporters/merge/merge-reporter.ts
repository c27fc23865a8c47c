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
import { currentRun, loadSettings } from '../../config/environment.ts';
import { Past } from '../../history/past.ts';
import { UserError } from '../../kernel/errors.ts';
import { runFolder } from '../../run/run-folder.ts';
import { notedShards, type ShardNote } from '../../run/shard-note.ts';
import { benchBlock } from '../bench-block.ts';
import { askedOf, endedWith, keepAsked } from '../evidence/asked.ts';
import { contextOf } from '../phase-context.ts';
import { type Published, publish } from '../publish.ts';
import { remember } from '../remember.ts';
import { resultBlock } from '../result-block.ts';
import { Collected } from './collected.ts';
import { keepCollected } from './keep-collected.ts';
import { mergedRecords, missingLines } from './merged-records.ts';

/**
 * Makes one run of the blob reports of several: one crowd of the shares of all machines, judged as a whole. Playwright
 * gives `merge-reports` the exit code 0 whatever the reports say, and 1 when a reporter throws: this one throws, at the
 * very end, when the merged run has not passed.
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
      this.#tell(published, id);
      const { lines, failures } =
        records.length > 0 ? await remember(records, { runId: id, settings }) : { lines: [], failures: [] };
      for (const line of lines) console.log(line);
      for (const failure of failures) console.error(failure);
      const troubles = [...published.troubles, ...failures];
      this.#failure = failureOf({ ...published, troubles }, status, missingLines(this.#shards));
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

  #tell(published: Published, id: string): void {
    const { crowds, benchmarks, experiments, troubles } = published;
    for (const { summary } of crowds) console.log(`\n${resultBlock(summary).join('\n')}`);
    if (benchmarks.length > 0)
      console.log(`\n${benchBlock(benchmarks, contextOf('bench', published)).join('\n')}`);
    for (const { journal } of experiments)
      console.log(`${journal.experiment.title}: ${journal.fullhouse.verdict}`);
    for (const trouble of troubles) console.error(trouble);
    console.log(`\nReport   ${relative(process.cwd(), runFolder(id))}/index.html`);
    console.log('HTML     npm run report');
  }
}

/** Why the whole has not passed. What a machine said of its own part, such as a lost share, counts too. */
function failureOf(
  { crowds, troubles }: Published,
  status: FullResult['status'],
  missing: readonly string[],
): Error | undefined {
  const verdicts = crowds.filter(({ summary }) => summary.verdict !== 'passed');
  const slower = crowds.flatMap(({ evidence }) => evidence.comparison?.regressions ?? []);
  const told = [
    ...verdicts.map(({ summary }) => `${summary.run.crowd}: ${summary.verdict}.`),
    ...slower.map(({ says }) => `${says}.`),
    ...crowds.flatMap(({ evidence }) => evidence.comparison?.notCompared ?? []),
    ...missing.map((line) => `${line}.`),
  ];
  if (told.length === 0 && status !== 'passed') told.push(`A test of one of the merged runs ${status}.`);
  if (told.length === 0 && troubles.length > 0) told.push('Not everything could be written.');
  return told.length > 0 ? new UserError(told.join('\n')) : undefined;
}
