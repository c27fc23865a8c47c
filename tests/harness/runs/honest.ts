import { expect } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { exitCodes } from '../../../src/kernel/exit-code.ts';
import type { Summary } from '../../../src/results/summary/schema.ts';

/**
 * On a busy machine, the load may miss its schedule, or a limit may be inside the bracket of its latency. The run must
 * then be inconclusive.
 */
export function expectHonest(code: number | null, summary: Summary): void {
  const { verdict, reasons } = summary;
  expect(verdict, reasons.map(reasonText).join('\n')).toBe(isBusy(summary) ? 'inconclusive' : 'passed');
  expect(code).toBe(exitCodes[verdict]);
}

/** Whether the machine was too busy for a verdict. */
export function isBusy({ selfCheck, targets }: Pick<Summary, 'selfCheck' | 'targets'>): boolean {
  return (
    !selfCheck.ok ||
    targets.some(
      ({ state, bracket, limit }) =>
        state === 'inconclusive' && bracket && bracket.low <= limit && limit <= bracket.high,
    )
  );
}

/** A busy machine may lose a connection, and no call explains the events of its return. */
export function expectEachEventOnce(summary: Summary): void {
  const unexplained = isBusy(summary) ? expect.any(Number) : 0;
  expect(summary.events).toMatchObject({ late: 0, lost: 0, twice: 0, unexplained });
}
