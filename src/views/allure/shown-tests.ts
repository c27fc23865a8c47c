import type { TestCase, TestResult } from '@playwright/test/reporter';
import { type Purpose, purposeOf } from '../../results/annotations.ts';

/** Purposes of tests that the results from the summary also show. */
const inSummary: readonly (Purpose | undefined)[] = ['counts', 'schedule', 'target', 'comparison', 'verdict'];

/** The projects of slices whose results come from a summary; a soak has only the results of its tests. */
const crowdProjects: readonly string[] = ['load', 'capacity'];

/** Whether the tests of a project are slices or verdicts of a crowd. */
export function isOfCrowd(project: string): boolean {
  return crowdProjects.some((phase) => project === phase || project === `${phase} verdict`);
}

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
  const isSlice = crowdProjects.includes(project);
  if (isSlice && status === 'interrupted') return 'if there is a summary';
  if (isSlice) return isFine ? 'always' : undefined;
  if (!isOfCrowd(project)) return undefined;
  // A target is skipped on a single shard, and without samples.
  if (status === 'skipped') return 'always';
  if (!inSummary.includes(purposeOf(annotations))) return undefined;
  return isFine ? 'always' : 'if there is a summary';
}
