import { expect, test } from '@playwright/test';
import { announceLoadTests, includesLoadTest } from '../../../src/config/environment.ts';
import { loadTestsOf, notWritten, notWrittenOf, purpose, sliceOf } from '../../../src/results/annotations.ts';

const LOAD_TESTS = 'FULLHOUSE_LOAD_TESTS';

test('names each load test of which a slice was asked for', () => {
  const slices = ['ramp', 'ramp', 'spike'].map((name) => ({ annotations: [sliceOf(name)] }));
  expect(loadTestsOf([...slices, { annotations: [purpose('target')] }, { annotations: [] }])).toEqual([
    'ramp',
    'spike',
  ]);
});

test('tells workers which load tests the run includes', () => {
  const before = process.env[LOAD_TESTS];
  try {
    delete process.env[LOAD_TESTS];
    expect(includesLoadTest('spike')).toBe(true);
    announceLoadTests(['ramp']);
    expect(['ramp', 'spike'].map(includesLoadTest)).toEqual([true, false]);
  } finally {
    if (before === undefined) delete process.env[LOAD_TESTS];
    else process.env[LOAD_TESTS] = before;
  }
});

test('finds the sentences about files that were not written, and no other annotation', () => {
  const sentences = ['a.json could not be written.', 'b.json could not be written.'];
  const annotations = [purpose('verdict'), ...sentences.map(notWritten), sliceOf('ramp')];
  expect(notWrittenOf(annotations)).toEqual(sentences);
});
