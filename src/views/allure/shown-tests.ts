import type { TestCase, TestResult } from '@playwright/test/reporter';
import { type Purpose, purposeOf } from '../../results/annotations.ts';

/** Tests of a load test that the results made of the summary show too. */
const inSummary: readonly (Purpose | undefined)[] = ['counts', 'schedule', 'target', 'verdict'];

export type Hidden = 'always' | 'if there is a summary';

/**
 * Which results of Playwright's tests Allure does not show beside those that are made of the summary. A slice is a line
 * of the load test, unless it failed or has traces to show. A target would be there twice. Undefined: shown in any case.
 */
export function hiddenBySummary(
  { annotations, expectedStatus }: Pick<TestCase, 'annotations' | 'expectedStatus'>,
  project: string,
  { status, attachments }: Pick<TestResult, 'status' | 'attachments'>,
): Hidden | undefined {
  const isFine = status === expectedStatus || status === 'skipped';
  if (project === 'load' && status === 'interrupted') return 'if there is a summary';
  if (project === 'load') return isFine && !attachments.some(isExemplar) ? 'always' : undefined;
  if (project !== 'load verdict') return undefined;
  // Skipped on one shard of several, or without samples.
  if (status === 'skipped') return 'always';
  if (!inSummary.includes(purposeOf(annotations))) return undefined;
  return isFine ? 'always' : 'if there is a summary';
}

function isExemplar({ contentType }: TestResult['attachments'][number]): boolean {
  return /^(image|video)\/|^application\/zip$/.test(contentType);
}
