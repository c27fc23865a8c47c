import { expect, test } from '@playwright/test';
import { whyNotConcluded } from '../../../src/experiments/why-not-concluded.ts';

test('a test without an error and without a conclusion is not concluded', () => {
  expect(whyNotConcluded({ expectedStatus: 'passed' })).toContain('End it with `await experiment.run(');
});

test('the reason is the first line of the error; a skipped test has none', () => {
  const message = '\u001b[31mError: no meeting\u001b[39m\n  at file.ts:3';
  expect(whyNotConcluded({ error: { message }, expectedStatus: 'passed' })).toBe('no meeting');
  expect(whyNotConcluded({ expectedStatus: 'skipped' })).toBeUndefined();
});
