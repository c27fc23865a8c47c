import { expect, test } from '@playwright/test';
import type { Capacity } from '../../../../src/capacity/evidence.ts';
import type { CrowdRecord } from '../../../../src/crowd/coordinator/messages.ts';
import { summarySchema } from '../../../../src/results/summary/schema.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { atLeast, found, nothing, searched } from '../searched.ts';
import { circumstances, fine, record, report } from './crowd-records.ts';

function summaryOf(capacity: Partial<Capacity> = {}, over: Partial<CrowdRecord> = {}, reports = fine()) {
  return summarise({ ...record(reports, over), ...circumstances(), capacity: searched(capacity) });
}

test('passes with a found capacity, although levels missed their limits', () => {
  const failing = [{ count: 50 }, { outcome: 'http 500' as const, count: 50 }];
  const summary = summaryOf({}, {}, [report(1, failing), report(2, failing)]);
  expect(summarySchema.parse(summary)).toMatchObject({ verdict: 'passed', reasons: [], targets: [] });
  expect(summary.answer.sentence).toBe(
    'PASSED: 430 users hold, 452 do not (95% confidence); first at its limit: service CPU 0.98 of 1 core.',
  );
});

test('compares the capacity with the required one', () => {
  const of = (least: number, answer = found) => summaryOf({ atLeast: least, answer });
  expect(of(430)).toMatchObject({ verdict: 'passed', targets: [{ state: 'met', value: 430 }] });
  const missed = of(500);
  expect(missed).toMatchObject({
    verdict: 'failed',
    targets: [{ target: 'capacity >= 500 users', state: 'missed', limit: 500, unit: 'users' }],
  });
  expect(missed.answer.sentence).toBe(
    'FAILED: 430 users hold, 452 do not (95% confidence); first at its limit: service CPU 0.98 of 1 core; 500 users are required.',
  );
  expect(of(400, atLeast)).toMatchObject({ verdict: 'passed', targets: [{ state: 'met' }] });
  expect(of(500, atLeast)).toMatchObject({ verdict: 'inconclusive', targets: [{ state: 'inconclusive' }] });
  expect(of(500, { ...atLeast, breaks: 460, endedBy: 'time' })).toMatchObject({ verdict: 'failed' });
});

test('is inconclusive if only a lower bound is known, and nothing is required', () => {
  for (const endedBy of ['generator', 'time', 'at most'] as const) {
    const { verdict, reasons } = summaryOf({ answer: { ...atLeast, endedBy } });
    expect({ verdict, kinds: reasons.map(({ kind }) => kind) }).toEqual({
      verdict: 'inconclusive',
      kinds: ['no capacity'],
    });
  }
  const first = { name: 'load generator', message: 'the load generator was the limit' };
  expect(summaryOf({ answer: { ...atLeast, first } }).answer.sentence).toBe(
    'INCONCLUSIVE: at least 430 users: the load generator was the limit.',
  );
  expect(summaryOf({ answer: atLeast }).answer.sentence).toContain(
    'INCONCLUSIVE: at least 430 users: the load generator was the limit',
  );
});

test('fails if nothing holds', () => {
  const { verdict, answer } = summaryOf({ answer: nothing });
  expect(verdict).toBe('failed');
  expect(answer.sentence).toBe(
    'FAILED: 1 user does not hold: 88.2% of the calls within 500 ms, 95% required.',
  );
});

test('fails if the search could not go on, because the service is gone', () => {
  const sentence =
    'at least 40 users: the search could not go on (No meetings service), and 80 users do not hold';
  const cut = { ...atLeast, holds: 40, breaks: 80, endedBy: 'interrupted' as const, first: null, sentence };
  const gone = summaryOf({ answer: { ...cut, failure: 'No meetings service' } });
  expect(gone).toMatchObject({ verdict: 'failed', reasons: [{ kind: 'check failed' }] });
  expect(gone.answer.sentence).toBe(`FAILED: ${sentence}.`);
  expect(summaryOf({ answer: cut })).toMatchObject({ verdict: 'interrupted', reasons: [] });
});

test('reports an interrupted search with the highest level that held', () => {
  const stopped = { reason: 'interrupted', isInterrupted: true };
  const { verdict, answer, partial } = summaryOf(
    { answer: null, levels: searched().levels.slice(0, 6) },
    { stopped },
  );
  expect({ verdict, partial }).toEqual({ verdict: 'interrupted', partial: true });
  expect(answer.sentence).toMatch(
    /^INTERRUPTED after 0:10: 320 users held until then, not confirmed; stopped early/,
  );
  const none = summaryOf({ answer: null, levels: [] }, { stopped });
  expect(none.answer.sentence).toContain('no level held until then');
});

test('fails after a lost slice, whatever the search found', () => {
  const { verdict, answer } = summaryOf({}, { lost: [2] });
  expect(verdict).toBe('failed');
  expect(answer.sentence).toMatch(/^FAILED: slice 2 was lost.*; 430 users hold/);
});

test('does not count the end of the crowd after the answer as a stop', () => {
  const stopped = { reason: 'the capacity is known', isInterrupted: false };
  expect(summaryOf({}, { stopped })).toMatchObject({ verdict: 'passed', partial: false });
  expect(summaryOf({ answer: null }, { stopped })).toMatchObject({ verdict: 'inconclusive', partial: true });
});
