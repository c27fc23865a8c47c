import { expect, test } from '@playwright/test';
import type { StepResult } from 'allure-js-commons';
import { mergedTimings, summarise } from '../../../../src/results/summary/summarise.ts';
import { crowdResults } from '../../../../src/views/allure/crowd-results.ts';
import { circumstances, fine, record, report } from '../../results/summary/crowd-records.ts';
import { richCrowd } from '../page/rich-run.ts';

function results(crowd: ReturnType<typeof record>, targets?: string, settings: object = {}, runId = 'run-1') {
  const given = circumstances(targets, settings);
  const evidence = { ...crowd, ...given, facts: { ...given.facts, runId } };
  const timings = mergedTimings(evidence);
  return crowdResults({ folder: '', evidence, timings, summary: summarise(evidence, timings) }, [
    { name: 'summary', type: 'text/markdown', source: 'summary.md' },
  ]);
}

const flat = (steps: readonly StepResult[]): { name: string; status: string }[] =>
  steps.flatMap(({ name, status, steps: inner }) => [{ name: name!, status: status! }, ...flat(inner)]);

test.describe('a crowd in Allure', () => {
  test('is a load test with phases and slices as steps, and has a result for each target', () => {
    const [whole, ...targets] = results(record(fine()), 'p95 < 100 ms; p90 < 1 ms');
    const endedAt = Date.parse('2026-11-23T14:00:10.000Z');
    // The missed target speaks against the run in its own result only.
    expect(whole).toMatchObject({
      name: 'crowd: ran as requested',
      status: 'passed',
      statusDetails: {},
      attachments: [{ name: 'summary' }],
      start: Date.parse('2026-11-23T14:00:00.000Z'),
      stop: endedAt,
    });
    expect(flat(whole!.steps).map(({ name, status }) => `${status} ${name}`)).toEqual([
      'passed Barrier: 2 slices start within 1.0 ms',
      'passed Arrivals: 10.0 s, 6 sessions, 6 users at peak',
      'passed Drain: 0.0 s until the last participant left, 6 sessions completed',
      'passed Slices: 2',
      'passed slice 1 of 2: finished, 100 recorded',
      'passed slice 2 of 2: finished, 100 recorded',
      expect.stringMatching(/^passed Load generator: adds at most [\d. /]+ ms \(P50\/P95\/P99\)$/),
      ...whole!.steps[4]!.steps.map(({ name }) => `passed ${name}`),
    ]);
    expect(targets.map(({ name, status }) => `${status} ${name}`)).toEqual([
      expect.stringMatching(/^passed target: p95 < 100 ms: 20\.\d ms$/),
      expect.stringMatching(/^failed target: p90 < 1 ms: 20\.\d ms$/),
    ]);
    expect(targets[0]!.statusDetails).toEqual({});
    expect(targets[1]).toMatchObject({
      statusDetails: { message: expect.stringMatching(/^latency p90 was 20\.\d ms, 20× the 1 ms limit$/) },
      steps: [],
      // A judgement takes no time.
      start: endedAt,
      stop: endedAt,
    });
    const missed = JSON.stringify([whole, ...targets]).match(/20× the 1 ms limit/g);
    expect(missed).toHaveLength(1);
  });

  test('has a result for the comparison with the past, and each reason in one result', () => {
    const regression = { ...richCrowd().evidence.comparison! };
    const compared = (comparison: typeof regression, crowd = record(fine())) =>
      results({ ...crowd, comparison } as typeof crowd, 'p95 < 100 ms').map(
        ({ name, status }) => `${status} ${name}`,
      );
    expect(compared(regression).at(-1)).toBe('failed not slower than before');
    expect(compared({ ...regression, regressions: [] }).at(-1)).toBe('passed not slower than before');
    const lost = record([report(1, [{}])], { lost: [2] });
    expect(compared({ ...regression, regressions: [] }, lost)[0]).toBe('failed crowd: ran as requested');
  });

  test('shows the bracket of a judged value', () => {
    const late = record([report(1, [{ latencyMs: 40, widthMs: 15 }]), report(2, [])]);
    const [, met, open] = results(late, 'p90 < 100 ms; p95 < 30 ms');
    expect(met!.name).toBe('target: p90 < 100 ms: 40.0 ms (−15.0)');
    expect(open).toMatchObject({
      status: 'broken',
      statusDetails: {
        message: expect.stringMatching(/^p95 < 30 ms: between 25\.0 ms and 40\.0 ms: [^\n]*$/),
      },
    });
    const [, exact] = results(record(fine()), 'p95 < 100 ms');
    expect(exact!.name).not.toContain('−');
  });

  test('is broken if it is inconclusive, and has a failed step for a lost slice', () => {
    const [whole, unsure] = results(record(fine()), 'p99.9 < 1 s');
    expect([whole!.status, unsure!.status]).toEqual(['passed', 'broken']);
    const [shard] = results(record(fine()), '');
    expect(shard).toMatchObject({ status: 'broken', statusDetails: { message: 'no target was judged' } });
    const [lost] = results(record([report(1, [{}])], { lost: [2] }));
    expect(flat(lost!.steps)).toContainEqual({ name: 'slice 2 of 2: lost, 0 recorded', status: 'failed' });
    const [never] = results(record([], { startedAt: null }));
    expect(never).toMatchObject({ status: 'failed', start: 0 });
  });

  test('has labels for its groups and facts as parameters', () => {
    const [whole] = results(record(fine()));
    expect(Object.fromEntries(whole!.labels.map(({ name, value }) => [name, value]))).toMatchObject({
      epic: 'Meetings service',
      feature: 'Carries the crowd',
      severity: 'critical',
      parentSuite: 'load',
      suite: 'crowd',
    });
    expect(whole!.parameters).toEqual([
      { name: 'users', value: '6' },
      { name: 'duration', value: '10.0 s' },
      { name: 'profile', value: 'direct' },
      { name: 'seed', value: '42', excluded: true },
    ]);
  });

  test('keeps its ID when it is made again, and its history in later runs of the same load', () => {
    const ids = (...args: Parameters<typeof results>) => {
      const [{ uuid, historyId, testCaseId }] = results(...args) as [ReturnType<typeof results>[number]];
      return { uuid, historyId, testCaseId };
    };
    const first = ids(record(fine()));
    expect(ids(record(fine()))).toEqual(first);
    const later = ids(record(fine()), undefined, { SEED: '7' }, 'run-2');
    expect(later.historyId).toBe(first.historyId);
    expect(later.uuid).not.toBe(first.uuid);
    // Another load is another history of the same test.
    const larger = ids(record(fine()), undefined, { CONCURRENT_USERS: '12' }, 'run-3');
    expect(larger.historyId).not.toBe(first.historyId);
    expect(larger.testCaseId).toBe(first.testCaseId);
  });
});
