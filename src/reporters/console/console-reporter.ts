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
import { type BenchmarkResult, benchmarkSchema } from '../../benchmarks/result.ts';
import { type Answered, answeredSchema } from '../../conduct/answered.ts';
import { conductBlock } from '../../conduct/report.ts';
import { currentRun, isDumbTerminal, loadSettings, type Run } from '../../config/environment.ts';
import { runFacts } from '../../history/run-facts.ts';
import { liveRun } from '../../live/live-reporter.ts';
import { runningCoordinator } from '../../run/global-setup.ts';
import { runFolder } from '../../run/run-folder.ts';
import { benchBlock } from '../bench-block.ts';
import { keepCrowd } from '../evidence/keep.ts';
import { publish } from '../publish.ts';
import { resultBlock } from '../result-block.ts';
import { type Summary, summarySchema } from '../summary/schema.ts';
import { type Concluded, concluded, countsOf, readAttached } from './experiment-counts.ts';
import { LiveLine } from './live-line.ts';

let isUsed = false;

/** Whether this reporter tells the results of the run: the command line may have replaced it. */
export function isConsoleTold(): boolean {
  return isUsed;
}

/** What a run says on the console: a live line, then the result of each crowd, then what else went wrong. */
export default class ConsoleReporter implements Reporter {
  readonly #live = new LiveLine({ out: process.stdout, isDumb: isDumbTerminal() });
  readonly #summaries: Summary[] = [];
  readonly #benchmarks: BenchmarkResult[] = [];
  readonly #answers: Answered[] = [];
  readonly #experiments: Concluded[] = [];
  readonly #failures: { test: TestCase; result: TestResult }[] = [];

  onBegin(_config: FullConfig, _suite: Suite): void {
    isUsed = true;
    const run = liveRun();
    run?.on('tick', () => this.#live.show(run));
    run?.on('notice', (text) => this.#live.tell(text));
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const attached = result.attachments.find(({ name }) => name === 'summary.json');
    if (attached) this.#summaries.push(summarySchema.parse(readAttached(attached)));
    const benchmark = result.attachments.find(({ name }) => name === 'benchmark.json');
    if (benchmark) this.#benchmarks.push(benchmarkSchema.parse(readAttached(benchmark)));
    const answered = result.attachments.find(({ name }) => name === 'conduct.json');
    if (answered) this.#answers.push(answeredSchema.parse(readAttached(answered)));
    const experiment = result.attachments.find(({ name }) => name === 'experiment.txt')?.body;
    if (experiment) {
      this.#experiments.push(concluded(result));
      this.#live.clear();
      console.log(`\n${experiment.toString()}`);
    }
    const isTold = ['skipped', 'interrupted', test.expectedStatus].includes(result.status);
    if (!isTold) this.#failures.push({ test, result });
  }

  onError(error: TestError): void {
    this.#live.clear();
    console.error(error.message ?? error.value ?? error.stack);
  }

  onStdOut(chunk: string | Buffer): void {
    this.#live.clear();
    process.stdout.write(chunk);
  }

  onStdErr(chunk: string | Buffer): void {
    this.#live.clear();
    process.stderr.write(chunk);
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] } | undefined> {
    this.#live.clear();
    const run = currentRun();
    const isRescued = run !== undefined && (await this.#publish(run, result));
    for (const summary of this.#summaries) console.log(`\n${resultBlock(summary).join('\n')}`);
    if (this.#answers.length > 0) console.log(`\n${conductBlock(this.#answers).join('\n')}`);
    if (this.#benchmarks.length > 0) console.log(`\n${benchBlock(this.#benchmarks).join('\n')}`);
    this.#tellFailures();
    this.#tellPaths();
    // A load that nobody judged before has not passed by that.
    const isMissed = isRescued && this.#summaries.some(({ verdict }) => verdict !== 'passed');
    return isMissed && run.shard.of === 1 && result.status === 'passed' ? { status: 'failed' } : undefined;
  }

  printsToStdio(): boolean {
    return true;
  }

  /** All reports once more, now that every phase has left its evidence; whether no verdict had made them before. */
  async #publish(run: Run, result: FullResult): Promise<boolean> {
    const isUnjudged = this.#summaries.length === 0;
    try {
      if (isUnjudged) await this.#rescue(run, result);
      const { crowds, troubles } = await publish(run.id);
      if (isUnjudged) this.#summaries.push(...crowds.map(({ summary }) => summary));
      for (const trouble of troubles) this.#tellTrouble(run, trouble);
    } catch (error) {
      this.#tellTrouble(run, error instanceof Error ? error.message : String(error));
    }
    return isUnjudged && this.#summaries.length > 0;
  }

  /** No verdict came, because the run was interrupted: what the shares reported so far is the evidence. */
  async #rescue(run: Run, { status }: FullResult): Promise<void> {
    const settings = loadSettings();
    const { schedule, targets } = settings;
    // What was not interrupted is judged by now (see last-verdict.ts).
    for (const crowd of status === 'interrupted' ? (runningCoordinator()?.crowds ?? []) : []) {
      if (crowd.startedAt === null) continue;
      const stopped = crowd.stopped ?? 'interrupted';
      const facts = runFacts(settings, run);
      await keepCrowd({ ...crowd, stopped }, { schedule, targets, facts });
    }
  }

  /** Nothing is lost: what the reports are made from is kept. */
  #tellTrouble(run: Run, trouble: string): void {
    console.error(`\n${trouble.split('\n', 1)[0]} (npm run report -- ${run.id} makes all reports again)`);
  }

  /** What the result block does not say already: a target's line is there, a broken test is not. */
  #tellFailures(): void {
    for (const { test, result } of this.#failures) {
      const isVerdict = test.location.file.endsWith('.verdict.ts');
      const told = test.parent.project()?.name === 'bench' ? this.#benchmarks : this.#summaries;
      if (isVerdict && told.length > 0) continue;
      // Every share ends with the sentence that stands in the block already.
      const reasons = this.#summaries.flatMap((summary) => summary.reasons);
      const isSaid = ({ message = '' }: TestError) => reasons.some((reason) => message.includes(reason));
      if (reasons.length > 0 && result.errors.length > 0 && result.errors.every(isSaid)) continue;
      // An experiment that came to its verdict has told its findings already.
      if (result.errors.every(({ message }) => message?.includes('The verdict is "'))) continue;
      console.error(`\n✘ ${test.titlePath().filter(Boolean).join(' › ')} (${result.status})`);
      for (const error of result.errors) console.error(indent(error.message ?? error.value ?? ''));
    }
  }

  #tellPaths(): void {
    const run = currentRun();
    if (!run) return;
    const folder = relative(process.cwd(), runFolder(run.id));
    if (this.#experiments.length > 0) {
      console.log(`\nExperiments: ${countsOf(this.#experiments)}`);
      console.log(`Journals ${folder}/chaos (npm run recheck -- ${run.id})`);
    }
    if (this.#summaries.length > 0) console.log(`\nReport   ${folder}/summary.md (and summary.json)`);
    if (this.#benchmarks.length > 0) console.log(`\nBenchmarks ${folder}/bench`);
    if (this.#answers.length > 0) console.log(`\nConduct  ${folder}/conduct.md`);
    const { length } = [...this.#answers, ...this.#experiments, ...this.#summaries, ...this.#benchmarks];
    if (length > 0) {
      console.log(`Page     ${folder}/index.html`);
      console.log('HTML     npm run report');
    }
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
