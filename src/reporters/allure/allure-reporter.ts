import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig, TestCase, TestResult, TestStep } from '@playwright/test/reporter';
import { type TestResult as AllureResult, Status } from 'allure-js-commons';
import type { RuntimeMetadataMessage } from 'allure-js-commons/sdk';
import { ALLURE_RUNTIME_MESSAGE_CONTENT_TYPE, stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';
import { AllureReporter } from 'allure-playwright';
import { currentRun, loadSettings } from '../../config/environment.ts';
import { runFacts } from '../../history/run-facts.ts';
import { fileFailure } from '../../kernel/file-failure.ts';
import { finishedJson } from '../../kernel/finished-text.ts';
import { writeRunFile } from '../../run/run-folder.ts';
import { isInconclusive } from './categories.ts';
import { environmentOf } from './environment.ts';
import { labelsOf, parametersOf } from './labels.ts';
import { toldBySummary } from './told-by-the-summary.ts';

interface Options {
  /** The folder of the run. */
  readonly folder: string;
}

/**
 * Allure's own reporter, as this harness needs it: results are grouped by phase and question, and what the results of
 * the load test tell already, which are made of the summary, is not shown twice.
 */
export default class FullhouseAllureReporter extends AllureReporter {
  readonly #folder: string;
  readonly #held: [TestCase, TestResult][] = [];
  /** Why the first result that could not be written was not. */
  #failure: unknown;

  constructor({ folder }: Options) {
    const listeners = [{ beforeTestResultWrite: finish }];
    super({ resultsDir: join(folder, 'allure-results'), listeners });
    this.#folder = folder;
  }

  /** Of reports that are merged, the projects are told only later; they are needed for screenshots that differ, alone. */
  override onConfigure(config: FullConfig): void {
    const [project] = config.projects;
    super.onConfigure(project ? config : { ...config, projects: [noProject as typeof project & object] });
  }

  override onTestBegin(test: TestCase): void {
    if (!waits(test)) super.onTestBegin(test);
  }

  override onStepBegin(test: TestCase, result: TestResult, step: TestStep): void {
    if (!waits(test)) super.onStepBegin(test, result, step);
  }

  override onStepEnd(test: TestCase, result: TestResult, step: TestStep): void {
    if (!waits(test)) super.onStepEnd(test, result, step);
  }

  /** Playwright does not wait for it: what it throws would end the process, and everything with it. */
  override async onTestEnd(test: TestCase, result: TestResult): Promise<void> {
    try {
      await this.#ended(test, result);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  async #ended(test: TestCase, result: TestResult): Promise<void> {
    if (!waits(test)) return super.onTestEnd(test, described(test, result));
    const told = toldBySummary(test, projectOf(test), result);
    if (told === undefined) await this.#show(test, result);
    if (told === 'if there is a summary') this.#held.push([test, result]);
  }

  override async onEnd(): Promise<void> {
    const isTold = existsSync(join(this.#folder, 'summary.json'));
    if (!isTold) for (const [test, result] of this.#held) await this.#show(test, result);
    await super.onEnd();
    await this.#tellEnvironment();
    // Thrown here, it is printed in one sentence, and the run does not end with 0.
    if (this.#failure !== undefined)
      throw fileFailure('written', join(this.#folder, 'allure-results'), this.#failure);
  }

  /** Of a run without a crowd nobody has written it down. Where reports are merged, it is not this machine's. */
  async #tellEnvironment(): Promise<void> {
    const run = currentRun();
    const file = 'allure-results/environment.properties';
    if (!run || run.workers === 0 || existsSync(join(this.#folder, file))) return;
    await writeRunFile(run.id, file, stringifyEnvInfo(environmentOf(runFacts(loadSettings(), run))));
  }

  /** A whole test at once, after its end. */
  async #show(test: TestCase, result: TestResult): Promise<void> {
    super.onTestBegin(test);
    const replay = (step: TestStep) => {
      super.onStepBegin(test, result, step);
      for (const inner of step.steps) replay(inner);
      super.onStepEnd(test, result, step);
    };
    for (const step of result.steps) replay(step);
    await super.onTestEnd(test, described(test, result));
  }
}

const noProject = { outputDir: '', snapshotDir: '' };

/** Whether a test is shown only once it is known how it ended. */
function waits(test: TestCase): boolean {
  return /^load( verdict)?$/.test(projectOf(test));
}

function projectOf(test: TestCase): string {
  return test.parent.project()?.name ?? '';
}

/** The result with what Allure groups and compares it by, in the form in which tests tell Allure of themselves. */
function described(test: TestCase, result: TestResult): TestResult {
  const [, , file = '', ...questions] = test.titlePath().slice(0, -1);
  const suite = file.replace(/^.*\//, '').replace(/\.(spec|verdict)\.ts$/, '');
  const annotations = result.annotations.map(({ type, description = '' }) => [type, description] as const);
  const message: RuntimeMetadataMessage = {
    type: 'metadata',
    data: {
      labels: labelsOf({ project: projectOf(test), suite, story: questions.join(' › ') || suite }),
      parameters: parametersOf(annotations),
    },
  };
  const attachment = {
    name: 'Allure Metadata',
    contentType: ALLURE_RUNTIME_MESSAGE_CONTENT_TYPE,
    body: Buffer.from(JSON.stringify(message)),
  };
  return Object.create(result, { attachments: { value: [...result.attachments, attachment] } });
}

/** The last word on a result: nobody's secrets, nothing that names the machine, and "nobody knows" is no failure. */
function finish(result: AllureResult): void {
  const shown = JSON.parse(finishedJson(JSON.stringify(result))) as AllureResult;
  shown.labels = shown.labels.filter(({ name }) => name !== 'host' && name !== 'thread');
  const { message = '' } = shown.statusDetails;
  if (shown.status === Status.FAILED && isInconclusive(message)) shown.status = Status.BROKEN;
  Object.assign(result, shown);
}
