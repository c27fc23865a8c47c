import { expect, test } from '@playwright/test';
import type { BenchmarkResult } from '../../../../src/benchmarks/result.ts';
import type { Finding } from '../../../../src/checks/check.ts';
import type { Journal } from '../../../../src/experiments/journal.ts';
import type { CrowdEvidence } from '../../../../src/results/evidence/crowd-evidence.ts';
import { mergedTimings, summarise } from '../../../../src/results/summary/summarise.ts';
import {
  type Category,
  categories,
  FAILURE_LABEL,
  failureOfAnswer,
  failureOfBenchmark,
  failureOfExperiment,
} from '../../../../src/views/allure/categories.ts';
import { crowdResults } from '../../../../src/views/allure/crowd-results.ts';
import { health } from '../../crowd/slice-reports.ts';
import { circumstances, fine, record, report } from '../../results/summary/crowd-records.ts';

/** Allure's choice: the first category whose status and label match. */
function categoryOf(status: string, kind: string | undefined): Category['name'] | undefined {
  return categories.find(
    (one) => one.statuses.includes(status as 'failed') && (one.kind === undefined || one.kind === kind),
  )?.name;
}

/** Category of each result of a crowd that has not passed, by its name without a value. */
function categoriesOf(crowd: ReturnType<typeof record>, targets?: string, over: Partial<CrowdEvidence> = {}) {
  const evidence = { ...crowd, ...circumstances(targets), ...over };
  const timings = mergedTimings(evidence);
  const results = crowdResults({ folder: '', evidence, timings, summary: summarise(evidence, timings) }, []);
  return Object.fromEntries(
    results
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, status, labels }) => [
        fullName!.split(' › ').at(-1),
        categoryOf(status!, labels.find((label) => label.name === FAILURE_LABEL)?.value),
      ]),
  );
}

test.describe('the category of a result in Allure', () => {
  test('is "Target missed" for a missed target', () => {
    expect(categoriesOf(record(fine()), 'p95 < 1 ms; error rate < 1 %')).toEqual({
      'target: p95 < 1 ms': 'Target missed',
    });
  });

  test('is "Target missed" for a target without data', () => {
    expect(categoriesOf(record(fine()), 'meeting.leave p95 < 1 s')).toEqual({
      'target: meeting.leave p95 < 1 s': 'Target missed',
    });
  });

  test('is "Inconclusive" for an incomplete run, another load than requested and undecided targets', () => {
    expect(categoriesOf(record(fine()), 'p99.9 < 1 s')).toEqual({
      'target: p99.9 < 1 s': 'Inconclusive',
    });
    const late = fine().map((one) => ({ ...one, health: health({ startSkewMs: 400 }) }));
    expect(categoriesOf(record(late))).toEqual({ crowd: 'Inconclusive' });
    const within = [report(1, [{ latencyMs: 150, widthMs: 100 }]), report(2, [])];
    expect(categoriesOf(record(within), 'p95 < 100 ms')).toEqual({
      'target: p95 < 100 ms': 'Inconclusive',
    });
    expect(categoriesOf(record(fine(), { stopped: { reason: 'interrupted', isInterrupted: true } }))).toEqual(
      { crowd: 'Inconclusive' },
    );
    // A limit of the load generator may be the cause of a missed target.
    const limited = [report(1, [{}, { outcome: 'generator limit', count: 7 }]), report(2, [{}])];
    expect(categoriesOf(record(limited), 'p95 < 1 ms')).toEqual({
      crowd: 'Inconclusive',
      'target: p95 < 1 ms': 'Inconclusive',
    });
    const { facts } = circumstances();
    const part = { facts: { ...facts, shard: { index: 1, of: 3 } } };
    expect(categoriesOf(record(fine()), undefined, part)).toEqual({ crowd: 'Inconclusive' });
  });

  test('is "Harness error" for a lost slice, also with a missed target', () => {
    const lost = record([report(1, [{}])], { lost: [2] });
    expect(categoriesOf(lost, 'p95 < 1 ms')).toEqual({
      crowd: 'Harness error',
      'target: p95 < 1 ms': 'Target missed',
    });
  });

  test('follows the verdict of an experiment, and is "Harness error" for an aborted experiment', () => {
    const kindOf = (status: Journal['status'], verdict: Finding['verdict']) =>
      failureOfExperiment({ status, fullhouse: { verdict } } as Journal);
    expect(categoryOf('failed', kindOf('completed', 'failed'))).toBe('Check failed');
    expect(categoryOf('failed', kindOf('completed', 'inconclusive'))).toBe('Inconclusive');
    expect(categoryOf('failed', kindOf('aborted', 'inconclusive'))).toBe('Harness error');
  });

  test('follows the regressions, targets and problems of a benchmark', () => {
    const quick = { problem: null, regressions: [], targets: [], overloaded: null, notCompared: null };
    const kindOf = (over: object) => failureOfBenchmark({ ...quick, ...over } as unknown as BenchmarkResult);
    expect(kindOf({})).toBeUndefined();
    expect(kindOf({ regressions: [{}] })).toBe('slower');
    expect(kindOf({ targets: [{ state: 'missed', value: null }] })).toBe('target missed');
    expect(kindOf({ notCompared: 'a busy machine' })).toBe('inconclusive');
    expect(kindOf({ problem: 'rate limited' })).toBe('harness error');
  });

  test('follows the state of a conduct answer', () => {
    expect(failureOfAnswer('failed')).toBe('check failed');
    expect(failureOfAnswer('inconclusive')).toBe('inconclusive');
    expect(failureOfAnswer('passed')).toBeUndefined();
  });

  test('is "Harness error" for a failed test without a label', () => {
    expect(categoryOf('failed', undefined)).toBe('Harness error');
    expect(categoryOf('broken', undefined)).toBe('Harness error');
    expect(categoryOf('passed', undefined)).toBeUndefined();
  });
});
