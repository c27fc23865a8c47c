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

/** Content types of text attachments, such as Playwright's snapshot of the page of a failed test. */
const TEXT = /^(?:text\/|application\/(?:json|x-ndjson))/;

/**
 * Playwright passes the same results to each reporter in turn. This reporter comes before the reporters that write files,
 * and redacts secrets in errors, steps, annotations and attachments.
 */
export default class LastLookReporter implements Reporter {
  /** The output folders of the tests; `--output` may name any folder. */
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
    // The harness redacts its own files when it writes them.
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
