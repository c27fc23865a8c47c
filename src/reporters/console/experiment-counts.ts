import { readFileSync } from 'node:fs';
import type { TestResult } from '@playwright/test/reporter';
import type { Journal } from '../../experiments/journal.ts';

export type Concluded = 'passed' | 'failed' | 'unknown' | 'not applicable' | 'interrupted';

/** How an experiment ended. Playwright fails a test that does not know its answer; the journal has the difference. */
export function concluded({ status, attachments }: Pick<TestResult, 'status' | 'attachments'>): Concluded {
  if (status === 'passed' || status === 'interrupted') return status;
  if (status === 'skipped') return 'not applicable';
  const journal = attachments.find(({ name }) => name === 'journal.json');
  const isUnknown = journal && (readAttached(journal) as Journal).fullhouse.verdict === 'unknown';
  return isUnknown ? 'unknown' : 'failed';
}

/** `5 passed, 1 failed, 2 not applicable`: passed and failed always, the others where there are some. */
export function countsOf(results: readonly Concluded[]): string {
  const count = (one: Concluded) => results.filter((result) => result === one).length;
  const others = (['unknown', 'not applicable', 'interrupted'] as const).filter((one) => count(one) > 0);
  return [
    `${count('passed')} passed`,
    `${count('failed')} failed`,
    ...others.map((one) => `${count(one)} ${one}`),
  ].join(', ');
}

export function readAttached({ body, path }: TestResult['attachments'][number]): unknown {
  return JSON.parse((body ?? readFileSync(path!)).toString());
}
