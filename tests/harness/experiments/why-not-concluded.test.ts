import { expect, test } from '@playwright/test';
import { whyNotConcluded } from '../../../src/experiments/why-not-concluded.ts';

test('a test that ends without an error and without a conclusion has not passed', () => {
  expect(whyNotConcluded({ expectedStatus: 'passed' })).toContain('End it with `await experiment.run(');
});

test('an error is the reason, in its first line, and a skipped test needs none', () => {
  const message = '\u001b[31mError: no meeting\u001b[39m\n  at file.ts:3';
  expect(whyNotConcluded({ error: { message }, expectedStatus: 'passed' })).toBe('no meeting');
  expect(whyNotConcluded({ expectedStatus: 'skipped' })).toBeUndefined();
});
