import type { TestCase, TestResult } from '@playwright/test/reporter';
import { purposeOf } from '../../results/annotations.ts';

/**
 * Changes a finished test for Playwright's HTML report, which shows only titles in its list: the title of a target has
 * its value, and the performance page is a link instead of a copy without its files. Call it when all other reporters
 * have written their files. `page`: the address of the performance page in the report.
 */
export function noteForReaders(test: TestCase, page: string): void {
  const value = test.results.at(-1)?.annotations.find(({ type }) => type === 'value')?.description;
  if (value !== undefined && purposeOf(test.annotations) === 'target') test.title = `target: ${value}`;
  for (const result of test.results) {
    if (purposeOf(test.annotations) !== undefined)
      result.attachments = result.attachments.filter(({ name }) => name !== INSTRUCTIONS);
    for (const one of result.attachments) linkPage(one, page);
  }
}

/** Playwright's instructions for the repair of a failed test: a judgement needs no repair. */
const INSTRUCTIONS = 'error-context';

function linkPage(attachment: TestResult['attachments'][number], page: string): void {
  if (attachment.name !== 'index.html') return;
  attachment.name = 'performance page';
  attachment.path = page;
}
