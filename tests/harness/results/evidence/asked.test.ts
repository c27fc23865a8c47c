import { expect, test } from '@playwright/test';
import type { Suite, TestCase } from '@playwright/test/reporter';
import { newRecord } from '../../../../src/history/new-record.ts';
import {
  askedOf,
  endedWith,
  missingIn,
  missingText,
  OPERATION,
  verdictWithout,
} from '../../../../src/results/evidence/asked.ts';
import { withMissing } from '../../../../src/results/records/phases.ts';
import { circumstances } from '../summary/crowd-records.ts';

/** A test as reporters get it from Playwright. `status`: the status of its only result, if it has one. */
function declared(project: string, title: string, status?: string, operation?: string): TestCase {
  return {
    title,
    expectedStatus: 'passed',
    annotations: operation === undefined ? [] : [{ type: OPERATION, description: operation }],
    results: status === undefined ? [] : [{ status }],
    parent: { title: `${title}?`, project: () => ({ name: project }) },
  } as unknown as TestCase;
}

const suiteOf = (...tests: TestCase[]): Pick<Suite, 'allTests'> => ({ allTests: () => tests });

const suite = suiteOf(
  declared('chaos', 'a storm', 'passed'),
  declared('bench', 'health', 'passed', 'health.get'),
  declared('bench', 'join', 'interrupted', 'meeting.join'),
  declared('bench', 'target of join'),
  declared('conduct', 'good answers'),
);
const asked = askedOf(suite);

test('askedOf lists the requested experiments, operations and questions', () => {
  expect(asked).toMatchObject({
    chaos: ['a storm'],
    bench: ['health.get', 'meeting.join'],
    conduct: ['good answers?'],
    ended: null,
  });
});

for (const how of ['interrupted', 'timedout'] as const)
  test(`marks only the last phase of a run with the status ${how} as interrupted`, () => {
    const ended = endedWith(asked, how, suite);
    const bench = missingIn(ended, 'bench', ['health.get']);
    expect(verdictWithout('passed', bench)).toBe('interrupted');
    expect(missingText('bench', bench)).toEqual(['not measured: meeting.join (the run was interrupted)']);
    expect(verdictWithout('passed', missingIn(ended, 'chaos', ['a storm']))).toBe('passed');
  });

test('marks a measured phase as interrupted if its verdict test did not run', () => {
  const ended = endedWith(asked, 'interrupted', suite);
  const bench = missingIn(ended, 'bench', ['health.get', 'meeting.join']);
  expect(verdictWithout('passed', bench)).toBe('interrupted');
  expect(missingText('bench', bench)).toEqual(['the run was interrupted before its verdict']);
});

test('marks only the incomplete phases of a killed run as interrupted', () => {
  expect(verdictWithout('passed', missingIn(asked, 'bench', ['health.get']))).toBe('interrupted');
  expect(verdictWithout('passed', missingIn(asked, 'bench', ['health.get', 'meeting.join']))).toBe('passed');
});

test('makes the record of a complete run inconclusive if an operation was not measured', () => {
  const ended = endedWith(asked, 'failed', suite);
  const { facts } = circumstances();
  const record = newRecord({ kind: 'bench', name: 'operations', at: new Date(0), facts });
  const whole = withMissing(
    { ...record, verdict: 'passed' },
    'bench',
    missingIn(ended, 'bench', ['health.get']),
  );
  expect(whole).toMatchObject({
    verdict: 'inconclusive',
    reasons: [{ kind: 'not run', message: 'not measured: meeting.join' }],
  });
  expect(verdictWithout('failed', missingIn(ended, 'bench', []))).toBe('failed');
});

test('treats evidence of an earlier version, without a list of requests, as complete', () => {
  expect(verdictWithout('passed', missingIn(undefined, 'bench', []))).toBe('passed');
});

test('lists the failed tests of projects that belong to the team, and no failed phase', () => {
  const beside = (project: string, title: string, outcome: string) =>
    Object.assign(declared(project, title, 'failed'), { outcome: () => outcome });
  const mixed = suiteOf(
    beside('web', 'a user logs in', 'unexpected'),
    beside('web', 'a user logs out', 'flaky'),
    beside('load verdict', 'target: latency p95', 'unexpected'),
    beside('machine', 'time', 'unexpected'),
  );
  expect(endedWith(asked, 'failed', mixed).ownFailed).toEqual(['web › a user logs in']);
  expect(endedWith(asked, 'failed', suite)).not.toHaveProperty('ownFailed');
});
