import { expect, test } from '@playwright/test';
import type { Journal } from '../../../../src/experiments/journal.ts';
import { concluded, countsOf } from '../../../../src/views/console/experiment-counts.ts';

type Ended = Parameters<typeof concluded>;

/** A test that ended like this, whose journal has this verdict. */
function ended(status: Ended[0]['status'], verdict: string): Ended {
  return [{ status }, { fullhouse: { verdict } } as Journal];
}

test('counts a failed chaos test by the verdict of its experiment', () => {
  expect(concluded(...ended('failed', 'failed'))).toBe('failed');
  expect(concluded(...ended('failed', 'inconclusive'))).toBe('inconclusive');
  // It was stopped, or failed after its checks: that is no doubt about the service.
  expect(concluded(...ended('timedOut', 'passed'))).toBe('failed');
  expect(concluded({ status: 'failed' }, undefined)).toBe('failed');
});

test('counts a chaos test that did not fail by its status', () => {
  expect(concluded(...ended('passed', 'passed'))).toBe('passed');
  expect(concluded(...ended('skipped', 'not applicable'))).toBe('not applicable');
  expect(concluded(...ended('interrupted', 'inconclusive'))).toBe('interrupted');
});

test('always prints passed and failed experiments, and other states if they occur', () => {
  expect(countsOf(['passed', 'passed'])).toBe('2 passed, 0 failed');
  expect(countsOf(['failed', 'inconclusive', 'not applicable', 'inconclusive', 'interrupted'])).toBe(
    '0 passed, 1 failed, 2 inconclusive, 1 not applicable, 1 interrupted',
  );
});
