import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import { htmlReportFolder, nameHtmlReport } from '../config/environment.ts';
import { fileFailure } from '../kernel/file-failure.ts';
import { lastLook } from '../kernel/secrets.ts';
import { attachedResults } from '../results/attached.ts';
import type { Summary } from '../results/summary/schema.ts';
import type { SoakSummary } from '../results/summary/soak-schema.ts';
import { type Answer, answerOf } from '../views/html-report/answer.ts';
import { pageFrom, withBanner } from '../views/html-report/banner.ts';
import { noteForReaders } from '../views/html-report/notes.ts';
import { readVerdict } from '../views/verdict-file.ts';

interface Options {
  /** The folder of the run. */
  readonly folder: string;
  readonly runId: string;
  /** The folder of Playwright's report, unless the user has named another one. */
  readonly htmlFolder: string;
}

/**
 * Directly before Playwright's HTML reporter, and after all other reporters: gives the report its title and its notes for
 * readers, and adds the banner when the report is written.
 */
export default class HtmlNotesReporter implements Reporter {
  readonly #runId: string;
  readonly #runFolder: string;
  /** The folder of Playwright's report. */
  readonly #folder: string;
  /** The address of the performance page within Playwright's report. */
  readonly #page: string;
  readonly #summaries = new Map<string, Summary | SoakSummary>();
  #suite: Suite | undefined;
  #answer: Answer | undefined;

  constructor({ folder, runId, htmlFolder }: Options) {
    this.#runId = runId;
    this.#runFolder = folder;
    this.#folder = htmlReportFolder(htmlFolder);
    this.#page = pageFrom(this.#folder, join(folder, 'index.html'));
  }

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onTestEnd(_test: TestCase, result: TestResult): void {
    const { summary, soak } = attachedResults(result);
    if (soak) this.#summaries.set(soak.run.name, soak);
    if (summary) this.#summaries.set(summary.run.crowd, summary);
  }

  onEnd({ status }: FullResult): void {
    const tests = this.#suite?.allTests() ?? [];
    const ofTests = answerOf({ status, summaries: [...this.#summaries.values()], tests });
    // The reports have the answer of the phases. They do not know a test of the harness that broke.
    const written = readVerdict(this.#runId);
    this.#answer = written?.verdict === ofTests.verdict ? written : ofTests;
    nameHtmlReport(`${this.#answer.verdict.toUpperCase()} · ${this.#runId}`);
    for (const test of tests) noteForReaders(test, this.#page);
  }

  /** The report is written before this method is called. */
  async onExit(): Promise<void> {
    const path = join(this.#folder, 'index.html');
    if (!this.#answer || !existsSync(path)) return;
    const report = readFileSync(path, 'utf8');
    const answer = { ...this.#answer, sentence: lastLook(this.#answer.sentence) };
    const part = `${path}.part`;
    try {
      writeFileSync(part, withBanner(report, answer, this.#hasPage() ? this.#page : undefined));
      renameSync(part, path);
    } catch (error) {
      throw fileFailure('written', path, error);
    }
  }

  #hasPage(): boolean {
    return existsSync(join(this.#runFolder, 'index.html'));
  }

  printsToStdio(): boolean {
    return false;
  }
}
