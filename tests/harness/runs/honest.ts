import { expect } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import type { Summary } from '../../../src/results/summary/schema.ts';

/**
 * On a busy machine the load may fall short of its schedule, or a limit lie within the bracket of its latency; then the
 * run must say just that, and not pass.
 */
export function expectHonest(code: number | null, summary: Summary): void {
  const { verdict, reasons } = summary;
  expect(verdict, reasons.map(reasonText).join('\n')).toBe(isBusy(summary) ? 'inconclusive' : 'passed');
  expect(code).toBe(verdict === 'passed' ? 0 : 1);
}

/** Whether the machine was too busy to say that all is well. */
export function isBusy({ selfCheck, targets }: Pick<Summary, 'selfCheck' | 'targets'>): boolean {
  return (
    !selfCheck.ok ||
    targets.some(
      ({ state, bracket, limit }) =>
        state === 'inconclusive' && bracket && bracket.low <= limit && limit <= bracket.high,
    )
  );
}
