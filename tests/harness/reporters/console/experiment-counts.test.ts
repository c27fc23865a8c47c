import { expect, test } from '@playwright/test';
import { concluded, countsOf } from '../../../../src/reporters/console/experiment-counts.ts';

type Ended = Parameters<typeof concluded>[0];

/** A test that ended so, whose journal has this verdict. */
function ended(status: Ended['status'], verdict: string): Ended {
  const body = Buffer.from(JSON.stringify({ fullhouse: { verdict } }));
  return { status, attachments: [{ name: 'journal.json', contentType: 'application/json', body }] };
}

test('a test that failed is counted by the verdict of its experiment', () => {
  expect(concluded(ended('failed', 'failed'))).toBe('failed');
  expect(concluded(ended('failed', 'unknown'))).toBe('unknown');
  // It was stopped, or failed after its checks: that is no doubt about the service.
  expect(concluded(ended('timedOut', 'passed'))).toBe('failed');
  expect(concluded({ status: 'failed', attachments: [] })).toBe('failed');
});

test('the other ends are those of the test', () => {
  expect(concluded(ended('passed', 'passed'))).toBe('passed');
  expect(concluded(ended('skipped', 'not applicable'))).toBe('not applicable');
  expect(concluded(ended('interrupted', 'unknown'))).toBe('interrupted');
});

test('passed and failed are always counted, the others where there are some', () => {
  expect(countsOf(['passed', 'passed'])).toBe('2 passed, 0 failed');
  expect(countsOf(['failed', 'unknown', 'not applicable', 'unknown', 'interrupted'])).toBe(
    '0 passed, 1 failed, 2 unknown, 1 not applicable, 1 interrupted',
  );
});
