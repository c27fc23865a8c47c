import { expect, test } from '@playwright/test';
import { runVerdictLine } from '../../../src/views/run-verdict.ts';

type Verdict = 'passed' | 'failed' | 'inconclusive' | 'interrupted';

const lineOf = (...verdicts: Verdict[]) =>
  runVerdictLine(verdicts.map((verdict, index) => ({ verdict, run: { crowd: `crowd-${index + 1}` } })));

test('prints no run verdict for fewer than two load tests', () => {
  expect([lineOf(), lineOf('failed')]).toEqual([undefined, undefined]);
});

test('prints the worst verdict of several load tests as the run verdict', () => {
  expect(lineOf('passed', 'passed')).toMatch(/^✅ RUN PASSED: 2 of 2 load tests passed/);
  expect(lineOf('passed', 'inconclusive')).toMatch(/^❔ RUN INCONCLUSIVE: 1 of 2/);
  expect(lineOf('inconclusive', 'interrupted')).toMatch(/^⏹ RUN INTERRUPTED: 0 of 2/);
  expect(lineOf('interrupted', 'failed', 'passed')).toBe(
    '❌ RUN FAILED: 1 of 3 load tests passed (crowd-1: interrupted, crowd-2: failed, crowd-3: passed)',
  );
});
