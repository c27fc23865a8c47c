import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import type {
  FullConfig,
  Reporter,
  TestCase,
  TestError,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';
import { lastLook } from '../kernel/secrets.ts';

/** Texts that Playwright attaches of itself, such as what a page showed when its test failed. */
const TEXT = /^(?:text\/|application\/(?:json|x-ndjson))/;

/**
 * Playwright hands the same results to one reporter after the other: this one stands before those that write them down,
 * and takes out what an error, a step or an attachment repeats of what the service said.
 */
export default class LastLookReporter implements Reporter {
  /** Where tests leave what they write; `--output` may name any folder. */
  #outputFolders: readonly string[] = [];

  onBegin({ projects }: Pick<FullConfig, 'projects'>): void {
    this.#outputFolders = projects.map(({ outputDir }) => outputDir);
  }

  onStepBegin(_test: TestCase, _result: TestResult, step: TestStep): void {
    step.title = lastLook(step.title);
  }

  onStepEnd(_test: TestCase, _result: TestResult, step: TestStep): void {
    step.title = lastLook(step.title);
    if (step.error) look(step.error);
  }

  onTestEnd(_test: TestCase, { errors, attachments, annotations }: TestResult): void {
    for (const error of errors) look(error);
    for (const annotation of annotations)
      if (annotation.description !== undefined) annotation.description = lastLook(annotation.description);
    for (const attachment of attachments) this.#lookInto(attachment);
  }

  printsToStdio(): boolean {
    return false;
  }

  #lookInto(attachment: TestResult['attachments'][number]): void {
    const { contentType, body, path } = attachment;
    if (!TEXT.test(contentType)) return;
    if (body) {
      attachment.body = Buffer.from(lastLook(body.toString()));
      return;
    }
    // What the harness itself writes was looked at when it was written.
    if (
      path === undefined ||
      !this.#outputFolders.some((folder) => isWithin(folder, path)) ||
      !existsSync(path)
    )
      return;
    const text = readFileSync(path, 'utf8');
    const shown = lastLook(text);
    if (shown !== text) writeFileSync(path, shown);
  }
}

function look(error: TestError): void {
  for (const part of ['message', 'stack', 'value', 'snippet'] as const)
    if (error[part] !== undefined) error[part] = lastLook(error[part]);
  if (error.cause) look(error.cause);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.split(sep)[0] !== '..' && !isAbsolute(way);
}
