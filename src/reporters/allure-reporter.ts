import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig, TestCase, TestResult, TestStep } from '@playwright/test/reporter';
import { type TestResult as AllureResult, type Label, Status } from 'allure-js-commons';
import type { RuntimeMetadataMessage } from 'allure-js-commons/sdk';
import { ALLURE_RUNTIME_MESSAGE_CONTENT_TYPE, stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';
import { AllureReporter } from 'allure-playwright';
import { currentRun } from '../config/environment.ts';
import { fileFailure } from '../kernel/file-failure.ts';
import { lastLook } from '../kernel/secrets.ts';
import { type FailureKind, projectOf, purposeOf } from '../results/annotations.ts';
import { writeRunFile } from '../run/run-folder.ts';
import { FAILURE_LABEL } from '../views/allure/categories.ts';
import { environmentOf } from '../views/allure/environment.ts';
import { labelsOf, parametersOf, purposes, valueLabel } from '../views/allure/labels.ts';
import { hiddenBySummary, isOfCrowd } from '../views/allure/shown-tests.ts';
import { failureOfTest } from '../views/failure-of-test.ts';
import { factsOfRun } from './crowd-context.ts';

interface Options {
  /** The folder of the run. */
  readonly folder: string;
}

/**
 * Allure's own reporter, adapted: results are grouped by phase and question, and tests that the results from the summary
 * already show are hidden.
 */
export default class FullhouseAllureReporter extends AllureReporter {
  readonly #folder: string;
  readonly #held: [TestCase, TestResult][] = [];
  /** The first failure to write a result. */
  #failure: unknown;

  constructor({ folder }: Options) {
    const listeners = [{ beforeTestResultWrite: finish }];
    super({ resultsDir: join(folder, 'allure-results'), listeners });
    this.#folder = folder;
  }

  /** Merged reports name their projects only later. Allure needs projects only for screenshot differences. */
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

  /** Playwright does not await this method, so an error would end the process. */
  override async onTestEnd(test: TestCase, result: TestResult): Promise<void> {
    try {
      await this.#ended(test, result);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  async #ended(test: TestCase, result: TestResult): Promise<void> {
    if (!waits(test)) return super.onTestEnd(test, described(test, result));
    const hidden = hiddenBySummary(test, projectOf(test), result);
    if (hidden === undefined) await this.#show(test, result);
    if (hidden === 'if there is a summary') this.#held.push([test, result]);
  }

  override async onEnd(): Promise<void> {
    const hasSummary = existsSync(join(this.#folder, 'summary.json'));
    if (!hasSummary) for (const [test, result] of this.#held) await this.#show(test, result);
    await super.onEnd();
    await this.#writeEnvironment();
    // Playwright prints an error of `onEnd` as one sentence, and the exit code of the run is not 0.
    if (this.#failure !== undefined)
      throw fileFailure('written', join(this.#folder, 'allure-results'), this.#failure);
  }

  /** The reports of a crowd have written the file already. A merged run has no facts of this machine. */
  async #writeEnvironment(): Promise<void> {
    const run = currentRun();
    const file = 'allure-results/environment.properties';
    if (!run || run.workers === 0 || existsSync(join(this.#folder, file))) return;
    await writeRunFile(run.id, file, stringifyEnvInfo(environmentOf(factsOfRun())));
  }

  /** Passes a complete test to Allure, after its end. */
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

/** Whether a test is shown only after its end, because that depends on its status. */
function waits(test: TestCase): boolean {
  return isOfCrowd(projectOf(test));
}

/** The result with labels and parameters for Allure, in the form of Allure's runtime messages. */
function described(test: TestCase, result: TestResult): TestResult {
  const [, , file = '', ...questions] = test.titlePath().slice(0, -1);
  const suite = file.replace(/^.*\//, '').replace(/\.(spec|verdict)\.[cm]?[jt]s$/, '');
  const annotations = result.annotations.map(({ type, description = '' }) => [type, description] as const);
  const message: RuntimeMetadataMessage = {
    type: 'metadata',
    data: {
      labels: [
        ...labelsOf({ project: projectOf(test), suite, story: questions.join(' › ') || suite }),
        ...resultLabels(result),
      ],
      parameters: parametersOf(annotations),
    },
  };
  const attachment = {
    name: 'Allure Metadata',
    contentType: ALLURE_RUNTIME_MESSAGE_CONTENT_TYPE,
    body: Buffer.from(JSON.stringify(message)),
  };
  return Object.create(result, {
    attachments: { value: [...result.attachments, attachment] },
    // The time that a judgement takes means nothing, and would be added to the time of the tests.
    ...(purposeOf(result.annotations) === undefined ? {} : { duration: { value: 0 } }),
  });
}

/** Labels from the annotations and attachments of a target's test or a failed test. */
function resultLabels(result: TestResult): Label[] {
  const isTarget = purposeOf(result.annotations) === 'target';
  const value = result.annotations.find(({ type }) => type === 'value')?.description;
  const failure = failureOfTest(result);
  return [
    ...(isTarget ? [{ name: purposes.label, value: purposes.target }] : []),
    ...(isTarget && value !== undefined ? [{ name: valueLabel, value }] : []),
    ...(failure === undefined ? [] : [{ name: FAILURE_LABEL, value: failure }]),
  ];
}

/** Removes secrets and machine names before a result is written; an inconclusive test is broken, not failed. */
function finish(result: AllureResult): void {
  const shown = JSON.parse(lastLook(JSON.stringify(result))) as AllureResult;
  shown.labels = shown.labels.filter(({ name }) => name !== 'host' && name !== 'thread');
  const isInconclusive = shown.labels.some(
    ({ name, value }) => name === FAILURE_LABEL && value === ('inconclusive' satisfies FailureKind),
  );
  if (shown.status === Status.FAILED && isInconclusive) shown.status = Status.BROKEN;
  Object.assign(result, shown);
}
