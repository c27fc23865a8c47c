import type { TestCase, TestResult } from '@playwright/test/reporter';

/** Titles of the load's verdict that the results made of the summary tell, too. */
const told = [
  /^every share reported, and the counts add up$/,
  /^the load followed its schedule$/,
  /^target: /,
  /^the verdict is passed$/,
];

export type Told = 'never' | 'if there is a summary';

/**
 * Which results of Playwright's tests Allure is not to show beside those that are made of the summary: a share is noise
 * once it is a line of the load test, unless something happened to it or it has traces to show; and a target would be
 * there twice. The others are shown in any case: undefined.
 */
export function toldBySummary(
  test: Pick<TestCase, 'title' | 'expectedStatus'>,
  project: string,
  result: TestResult,
): Told | undefined {
  const isFine = result.status === test.expectedStatus || result.status === 'skipped';
  if (project === 'load' && result.status === 'interrupted') return 'if there is a summary';
  if (project === 'load') return isFine && !result.attachments.some(isExemplar) ? 'never' : undefined;
  if (project !== 'load verdict') return undefined;
  // Skipped on one shard of several, or where nothing of it was measured.
  if (result.status === 'skipped') return 'never';
  if (!told.some((title) => title.test(test.title))) return undefined;
  return isFine ? 'never' : 'if there is a summary';
}

function isExemplar({ contentType }: TestResult['attachments'][number]): boolean {
  return /^(image|video)\/|^application\/zip$/.test(contentType);
}
