import type { TestCase, TestResult } from '@playwright/test/reporter';
import { type Purpose, purposeOf } from '../../results/annotations.ts';

/** Purposes of tests that the results from the summary also show. */
const inSummary: readonly (Purpose | undefined)[] = ['counts', 'schedule', 'target', 'comparison', 'verdict'];

export type Hidden = 'always' | 'if there is a summary';

/**
 * Whether Allure hides the result of a Playwright test because the results from the summary show the same. A passed slice
 * is only a line of the load test. A target would be shown twice. Undefined: the result is always shown.
 */
export function hiddenBySummary(
  { annotations, expectedStatus }: Pick<TestCase, 'annotations' | 'expectedStatus'>,
  project: string,
  { status }: Pick<TestResult, 'status'>,
): Hidden | undefined {
  const isFine = status === expectedStatus || status === 'skipped';
  if (project === 'load' && status === 'interrupted') return 'if there is a summary';
  if (project === 'load') return isFine ? 'always' : undefined;
  if (project !== 'load verdict') return undefined;
  // A target is skipped on a single shard, and without samples.
  if (status === 'skipped') return 'always';
  if (!inSummary.includes(purposeOf(annotations))) return undefined;
  return isFine ? 'always' : 'if there is a summary';
}
