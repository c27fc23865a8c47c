import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';
import { type BenchmarkResult, verdictOf } from '../benchmarks/result.ts';
import { isAgainst } from '../checks/check.ts';
import type { Answered } from '../conduct/answered.ts';
import {
  announcedOffers,
  crowdPhaseOf,
  currentRun,
  isDumbTerminal,
  loadSettings,
  type Run,
} from '../config/environment.ts';
import type { Journal } from '../experiments/journal.ts';
import { runAnswer } from '../history/answer.ts';
import { isJourneyMistake } from '../journeys/load-journey.ts';
import { endInconclusive } from '../kernel/exit-code.ts';
import { groupedFailures, onlyFileFailure, unwrittenText } from '../kernel/file-failure.ts';
import { placeIn } from '../kernel/thrown.ts';
import { notWrittenOf, projectOf, purposeOf } from '../results/annotations.ts';
import { attachedResults } from '../results/attached.ts';
import { type Asked, type AskedPhase, askedOf, endedWith, keepAsked } from '../results/evidence/asked.ts';
import type { CrowdEvidence } from '../results/evidence/crowd-evidence.ts';
import { keepCrowd } from '../results/evidence/keep.ts';
import { type RunEvidence, readEvidence } from '../results/evidence/read.ts';
import type { Summary } from '../results/summary/schema.ts';
import type { SoakSummary } from '../results/summary/soak-schema.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { currentOffers, keepOffers } from '../run/offers.ts';
import { SLICE_TAG } from '../run/projects.ts';
import { runFolder } from '../run/run-folder.ts';
import { type AnsweredPhase, answersOf } from '../views/answers.ts';
import { type Concluded, concluded } from '../views/console/experiment-counts.ts';
import { fitted } from '../views/console/fitted.ts';
import { LiveLine } from '../views/console/live-line.ts';
import { errorText } from '../views/console/load-error.ts';
import { ownFailedLines } from '../views/console/own-failed.ts';
import { phaseBlocks } from '../views/console/phase-blocks.ts';
import { isNoTestsError, isTimeLimitError, timeLimitReached } from '../views/console/playwright-errors.ts';
import { resultBlock } from '../views/console/result-block.ts';
import { soakBlock } from '../views/console/soak-block.ts';
import { unwrittenBlock } from '../views/console/unwritten-block.ts';
import { verdictBlock } from '../views/console/verdict-block.ts';
import { contextOf, NO_CONTEXT } from '../views/phase-context.ts';
import { publish } from '../views/publish.ts';
import { VERDICT_FILE } from '../views/verdict-file.ts';
import { writtenAllRuns } from './all-runs-reporter.ts';
import { crowdContext, factsOfRun } from './crowd-context.ts';
import { historyLines } from './history-reporter.ts';
import { printLast } from './last-lines-reporter.ts';
import { liveRun } from './live-reporter.ts';

const NO_TESTS = 'No test matches the command line. Use --list without other options to see all tests.';

const NO_SLICE =
  'Nothing was loaded: the command line asks for the load, but selects no slice of it. Use --project=load, or the file of a load test.';

interface Failure {
  readonly test: TestCase;
  readonly result: TestResult;
  readonly journal: Journal | undefined;
}

let isUsed = false;

/** Whether this reporter prints the results of the run: the command line may have replaced it. */
export function isConsoleUsed(): boolean {
  return isUsed;
}

/** The console output of a run: a live line, then the result of each crowd, then other failures. */
export default class ConsoleReporter implements Reporter {
  readonly #live = new LiveLine({ out: process.stdout, isDumb: isDumbTerminal() });
  readonly #summaries: Summary[] = [];
  #soak: SoakSummary | undefined;
  readonly #journals: Journal[] = [];
  readonly #benchmarks: BenchmarkResult[] = [];
  readonly #answers: Answered[] = [];
  readonly #experiments: Concluded[] = [];
  readonly #failures: Failure[] = [];
  /** Sentences about files that could not be written. */
  readonly #unwritten = new Set<string>();
  /** The time limit of the whole run, in ms; 0 without a limit. */
  #timeLimitMs = 0;
  /** Set if the time limit, not a failure, makes the exit code 1. */
  #cut: string | undefined;
  /** Whether the run passed without any test. */
  #isEmpty = false;
  /** An error outside of the tests was printed. */
  #hasError = false;
  #hasTests = false;
  /** The tests are over: errors that follow are from reporters, about the files that they write. */
  #isOver = false;

  #suite: Suite | undefined;
  #asked: Asked | undefined;
  #kept: Promise<unknown> = Promise.resolve();

  onBegin({ globalTimeout }: FullConfig, suite: Suite): void {
    isUsed = true;
    this.#timeLimitMs = globalTimeout;
    this.#suite = suite;
    this.#keepAsked(askedOf(suite));
    const run = liveRun();
    run?.on('tick', () => this.#live.show(run));
    run?.on('notice', (text) => this.#live.tell(text));
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#hasTests = true;
    const { summary, soak, benchmark, answered, journal } = attachedResults(result);
    if (summary) this.#summaries.push(summary);
    if (soak) this.#soak = soak;
    if (benchmark) this.#benchmarks.push(benchmark);
    if (answered) this.#answers.push(answered);
    if (journal) this.#journals.push(journal);
    const experiment = result.attachments.find(({ name }) => name === 'experiment.txt')?.body;
    if (experiment) {
      this.#experiments.push(concluded(result, journal));
      this.#live.clear();
      const lines = experiment.toString().split('\n');
      console.log(`\n${lines.flatMap((line) => fitted(line)).join('\n')}`);
    }
    const isFine = ['skipped', 'interrupted', test.expectedStatus].includes(result.status);
    // Only a project of the team repeats a test that failed.
    const isRepeated = result.retry < test.retries;
    if (!isFine && !isRepeated) this.#failures.push({ test, result, journal });
    for (const sentence of notWrittenOf(result.annotations)) this.#unwritten.add(sentence);
  }

  onError(error: TestError): void {
    const message = shown(errorText(error));
    // `onEnd` prints this message once, with the remedy.
    if (isTimeLimitError(message)) return;
    const isEmpty = isNoTestsError(message);
    // A file with an error has no tests, and its error was printed.
    if (isEmpty && this.#hasError) return;
    const unwritten = unwrittenText(message);
    if (unwritten !== undefined) this.#unwritten.add(unwritten);
    else if (this.#isOver) for (const line of message.split('\n')) this.#unwritten.add(line);
    else {
      this.#hasError = true;
      this.#live.clear();
      console.error(isEmpty ? NO_TESTS : message);
    }
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
    this.#isOver = true;
    this.#isEmpty = result.status === 'passed' && this.#suite?.allTests().length === 0;
    if (result.status === 'timedout') {
      console.error(timeLimitReached(this.#timeLimitMs));
      this.#cut = 'The run reached its time limit afterwards, so the exit code is 1.';
    }
    const run = currentRun();
    if (this.#suite) this.#keepAsked(endedWith(askedOf(this.#suite), result.status, this.#suite));
    await this.#kept;
    const isRescued = run !== undefined && (await this.#publish(run, result));
    // A load without a verdict has not passed.
    const isMissed =
      isRescued && [...this.#summaries, this.#soak].some((one) => one && one.verdict !== 'passed');
    const isFailed = (isMissed && run.shard.of === 1) || this.#unwritten.size > 0 || this.#lacksLoad(run);
    if (this.#isOnlyInconclusive()) endInconclusive();
    return isFailed && result.status === 'passed' ? { status: 'failed' } : undefined;
  }

  /** Runs after every reporter has written its files, so that write failures are printed last. */
  onExit(): Promise<void> {
    const isWhole = this.#unwritten.size === 0;
    // Nothing follows the error of a run that could not begin.
    if (isWhole && this.#hasError && !this.#hasTests) return Promise.resolve();
    const notComplete = isWhole ? this.#cut : 'Files of the run could not be written: see below.';
    const options = { isVerbose: currentRun() !== undefined && loadSettings().VERBOSE };
    for (const summary of this.#summaries) console.log(`\n${resultBlock(summary, options).join('\n')}`);
    if (this.#soak) console.log(`\n${soakBlock(this.#soak, options).join('\n')}`);
    this.#printPhases(currentRun(), options);
    this.#printFailures();
    this.#printPaths();
    const { line: allRuns, failure } = writtenAllRuns();
    for (const line of [...(allRuns === undefined ? [] : [allRuns]), ...historyLines()]) console.log(line);
    if (failure !== undefined) console.error(failure);
    if (this.#isEmpty)
      console.log('No test was run, so there is no verdict: the command line selects no test.');
    printLast(() => {
      const verdict = verdictBlock(this.#verdicts(), { notComplete });
      if (verdict.length > 0) console.log(`\n${verdict.join('\n')}`);
      for (const line of ownFailedLines(this.#asked?.ownFailed ?? [])) console.log(line);
      if (!isWhole) console.error(`\n${unwrittenBlock([...this.#unwritten], currentRun()?.id).join('\n')}`);
    });
    return Promise.resolve();
  }

  printsToStdio(): boolean {
    return true;
  }

  /** Saves the requested tests, from which reports know the missing results. */
  #keepAsked(asked: Asked): void {
    this.#asked = asked;
    const run = currentRun();
    // The failures of the reports name a folder that cannot be written.
    if (run) this.#kept = this.#kept.then(() => keepAsked(run.id, asked)).catch(() => undefined);
  }

  /** The answers of the phases, from the results in memory: the evidence may not be on disk. */
  #verdicts(): AnsweredPhase[] {
    const run = currentRun();
    if (run === undefined) return [];
    return answersOf({
      runId: run.id,
      crowds: this.#summaries.map((summary) => ({ summary })),
      soak: this.#soak && { summary: this.#soak },
      answers: this.#answers,
      experiments: this.#journals.map((journal) => ({ journal, timings: null })),
      benchmarks: this.#benchmarks,
      facts: factsOfRun(),
      asked: this.#asked,
    });
  }

  /** Whether the load was asked for, and no slice of it is among the tests: without an error, the run would pass. */
  #lacksLoad(run: Run | undefined): boolean {
    const tests = this.#suite?.allTests() ?? [];
    const crowd = run && crowdPhaseOf(run);
    const isMissing =
      run !== undefined &&
      crowd !== undefined &&
      // One of many shards may get no slice.
      run.shard.of === 1 &&
      tests.length > 0 &&
      !tests.some((test) => projectOf(test) === crowd);
    if (isMissing) console.error(NO_SLICE);
    return isMissing;
  }

  /** Whether the run has no failure, and an inconclusive verdict. */
  #isOnlyInconclusive(): boolean {
    const isWhole = this.#unwritten.size === 0 && this.#cut === undefined && !this.#hasError;
    return (
      isWhole &&
      runAnswer(this.#verdicts())?.verdict === 'inconclusive' &&
      this.#failures.every((failure) => this.#isShown(failure))
    );
  }

  #printPhases(run: Run | undefined, options: { readonly isVerbose: boolean }): void {
    // A run of a load alone does not need it.
    let evidence: RunEvidence | undefined;
    const context = (phase: AskedPhase) => {
      if (run === undefined) return NO_CONTEXT;
      evidence ??= readEvidence(run.id);
      return contextOf(phase, evidence);
    };
    const results = {
      answers: this.#answers,
      benchmarks: this.#benchmarks,
      experiments: this.#experiments,
    };
    for (const lines of phaseBlocks(results, context, options)) console.log(`\n${lines.join('\n')}`);
  }

  /** Makes all reports with the evidence of every phase; returns whether no verdict had made them before. */
  async #publish(run: Run, result: FullResult): Promise<boolean> {
    const isUnjudged = this.#summaries.length === 0 && this.#soak === undefined;
    try {
      await this.#keepOffers(run);
      const held = isUnjudged || this.#unwritten.size > 0 ? await this.#keepHeld(result) : [];
      const { crowds, soak, problems } = await publish(run.id, undefined, held);
      if (isUnjudged) {
        this.#summaries.push(...crowds.map(({ summary }) => summary));
        this.#soak = soak?.summary;
      }
      for (const problem of problems) this.#unwritten.add(problem);
    } catch (error) {
      this.#unwritten.add((error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!);
    }
    return isUnjudged && (this.#summaries.length > 0 || this.#soak !== undefined);
  }

  /** Saves the offers again if the disk was full at the start. */
  async #keepOffers(run: Run): Promise<void> {
    if (announcedOffers() === undefined || existsSync(join(runFolder(run.id), 'offers.json'))) return;
    const failure = await keepOffers(run.id, currentOffers()).catch(onlyFileFailure);
    if (failure) this.#unwritten.add(failure.message);
  }

  /**
   * Saves the reports of the slices that are not saved yet: the run was interrupted before its verdict, or the disk was
   * full at the verdict and may have room now.
   */
  async #keepHeld({ status }: FullResult): Promise<CrowdEvidence[]> {
    const held: CrowdEvidence[] = [];
    const isSoak = crowdPhaseOf(currentRun() ?? { phases: [] }) === 'soak';
    const isJudged = this.#summaries.length > 0;
    // last-verdict.ts has judged all other crowds; Playwright skips it after the time limit.
    const isCut = status === 'interrupted' || status === 'timedout';
    const reason = status === 'timedout' ? 'the run reached its time limit' : 'interrupted';
    for (const crowd of isJudged || isCut ? (runningCoordinator()?.crowds ?? []) : []) {
      if (crowd.startedAt === null) continue;
      const stopped = crowd.stopped ?? (isJudged ? null : { reason, isInterrupted: true });
      const { evidence, failures } = await keepCrowd({ ...crowd, stopped }, crowdContext(crowd.name));
      // The evidence of a soak has its unfinished round too.
      if (!isSoak) held.push(evidence);
      // The verdict has reported it already.
      if (!isJudged) for (const sentence of groupedFailures(failures)) this.#unwritten.add(sentence);
    }
    return held;
  }

  /** Failures that the results above do not show: a missed target is in its block, a broken test is not. */
  #printFailures(): void {
    const causes = new Set<string>();
    for (const failure of this.#failures) {
      if (this.#isShown(failure)) continue;
      const { test, result } = failure;
      const cause = result.errors.map((error) => indent(shown(placedText(error)))).join('\n');
      // All slices of a crowd fail for the same reason.
      if (test.tags.includes(SLICE_TAG) && causes.has(cause)) continue;
      causes.add(cause);
      console.error(`\n✘ ${test.titlePath().filter(Boolean).join(' › ')} (${result.status})`);
      if (cause !== '') console.error(cause);
    }
  }

  #isShown({ test, result, journal }: Failure): boolean {
    const { errors } = result;
    const project = projectOf(test);
    const ofCrowds = [...this.#summaries, ...(this.#soak ? [this.#soak] : [])].map(({ verdict }) => verdict);
    const verdicts = project === 'bench' ? this.#benchmarks.map(verdictOf) : ofCrowds;
    // A block that says "passed" does not show why a test of its verdict failed.
    const isVerdict = purposeOf(result.annotations) !== undefined;
    if (isVerdict && verdicts.some((verdict) => verdict !== 'passed')) return true;
    const unwritten = notWrittenOf(result.annotations).join('\n');
    if (errors.length > 0 && errors.every(({ message }) => message === unwritten)) return true;
    // Each slice of a crowd that did not start fails with the reason that the block shows, unless its journey is wrong.
    if (errors.some(({ message = '' }) => isJourneyMistake(message))) return false;
    const hasStarted = this.#summaries.some(({ run }) => run.startedAt !== null);
    const isOfCrowd = project === 'load' || project === 'capacity';
    if (isOfCrowd && this.#summaries.length > 0 && !hasStarted) return true;
    // An experiment that failed only by its verdict has printed its findings.
    return errors.length === 1 && journal?.status === 'completed' && isAgainst(journal.fullhouse);
  }

  #printPaths(): void {
    const run = currentRun();
    if (!run) return;
    const folder = relative(process.cwd(), runFolder(run.id));
    const isThere = (name: string) => existsSync(join(runFolder(run.id), name));
    if (this.#experiments.length > 0)
      console.log(`\nJournals ${folder}/chaos\nRecheck  npx fullhouse recheck ${run.id}`);
    if (isThere('summary.md')) console.log(`\nReport   ${folder}/summary.md (and summary.json)`);
    if (isThere('soak.md')) console.log(`\nReport   ${folder}/soak.md (and soak.json)`);
    if (this.#benchmarks.length > 0) console.log(`\nBenchmarks ${folder}/bench`);
    if (isThere('conduct.md')) console.log(`\nConduct  ${folder}/conduct.md`);
    const { length } = [...this.#answers, ...this.#experiments, ...this.#summaries, ...this.#benchmarks];
    if (length > 0 || this.#soak) {
      if (isThere('index.html')) console.log(`Page     ${folder}/index.html`);
      console.log('HTML     npx fullhouse report');
      if (isThere(VERDICT_FILE)) console.log(`Verdict  ${folder}/${VERDICT_FILE} (for programs)`);
    }
  }
}

/** Playwright's messages are coloured for a terminal, and may go to a file. */
function shown(text: string): string {
  return process.stderr.isTTY && process.stderr.hasColors() ? text : stripVTControlCharacters(text);
}

/**
 * The text of an error, with the file of the user in its stack. The line is left out: in a worker, a journey has the lines
 * of its compiled code.
 */
function placedText({ message, value, stack = '' }: TestError): string {
  // The class of a sentence for users says nothing.
  const text = (message ?? value ?? '').replace(/^(User)?Error: (?=JOURNEY: )/, '');
  const file = placeIn(stack)?.replace(/:\d+$/, '');
  return file === undefined || text.includes(file) ? text : `${text}\n  in ${file}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
