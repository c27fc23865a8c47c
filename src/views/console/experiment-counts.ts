import type { TestResult } from '@playwright/test/reporter';
import type { Journal } from '../../experiments/journal.ts';

export type Concluded = 'passed' | 'failed' | 'inconclusive' | 'not applicable' | 'interrupted';

/** The result of an experiment. Playwright fails an inconclusive test too; only the journal has the difference. */
export function concluded({ status }: Pick<TestResult, 'status'>, journal: Journal | undefined): Concluded {
  if (status === 'passed' || status === 'interrupted') return status;
  if (status === 'skipped') return 'not applicable';
  return journal?.fullhouse.verdict === 'inconclusive' ? 'inconclusive' : 'failed';
}

/** The result of an experiment by its journal alone. */
export function concludedOf({ status, fullhouse: { verdict } }: Journal): Concluded {
  return status === 'interrupted' ? status : verdict;
}

/** `5 passed, 1 failed, 2 not applicable`: passed and failed always, other results if they occur. */
export function countsOf(results: readonly Concluded[]): string {
  const count = (one: Concluded) => results.filter((result) => result === one).length;
  const others = (['inconclusive', 'not applicable', 'interrupted'] as const).filter((one) => count(one) > 0);
  return [
    `${count('passed')} passed`,
    `${count('failed')} failed`,
    ...others.map((one) => `${count(one)} ${one}`),
  ].join(', ');
}
