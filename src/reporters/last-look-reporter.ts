import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { finishedText } from '../kernel/finished-text.ts';
import { lastLook } from '../kernel/secrets.ts';

/** Texts that Playwright attaches of itself, such as what a page showed when its test failed. */
const TEXT = /^(?:text\/|application\/(?:json|x-ndjson))/;

/**
 * Playwright hands the same results to one reporter after the other: this one stands before those that write them down,
 * and takes out what an error, a step or an attachment repeats of what the service said.
 */
export default class LastLookReporter implements Reporter {
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
    for (const attachment of attachments) lookInto(attachment);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function look(error: TestError): void {
  for (const part of ['message', 'stack', 'value', 'snippet'] as const)
    if (error[part] !== undefined) error[part] = lastLook(error[part]);
  if (error.cause) look(error.cause);
}

function lookInto(attachment: TestResult['attachments'][number]): void {
  const { name, contentType, body, path } = attachment;
  if (!TEXT.test(contentType)) return;
  if (body) {
    attachment.body = Buffer.from(finishedText(name, body.toString()));
    return;
  }
  // Files of a run were looked at when they were written.
  if (path === undefined || !path.includes('test-results') || !existsSync(path)) return;
  const text = readFileSync(path, 'utf8');
  const shown = finishedText(path, text);
  if (shown !== text) writeFileSync(path, shown);
}
