import { expect, test } from '@playwright/test';
import type { Finding } from '../../../../src/checks/check.ts';
import { verdictText } from '../../../../src/experiments/report.ts';
import { regression } from '../../../../src/history/wording.ts';
import { type Category, categories, isInconclusive } from '../../../../src/reporters/allure/categories.ts';
import { crowdResults } from '../../../../src/reporters/allure/crowd-results.ts';
import type { CrowdEvidence } from '../../../../src/reporters/evidence/crowd-evidence.ts';
import { mergedTimings, summarise } from '../../../../src/reporters/summary/summarise.ts';
import { health } from '../../crowd/share-reports.ts';
import { circumstances, fine, record, report } from '../summary/crowd-records.ts';

/** As Allure chooses: the first category whose status and message fit. */
function categoryOf(status: string, message: string): Category['name'] | undefined {
  return categories.find(
    (one) => one.statuses.includes(status as 'failed') && (one.message?.test(message) ?? true),
  )?.name;
}

/** Category of each result of a crowd that is not fine, by its name. */
function categoriesOf(crowd: ReturnType<typeof record>, targets?: string, over: Partial<CrowdEvidence> = {}) {
  const evidence = { ...crowd, ...circumstances(targets), ...over };
  const timings = mergedTimings(evidence);
  const results = crowdResults({ folder: '', evidence, timings, summary: summarise(evidence, timings) }, []);
  return Object.fromEntries(
    results
      .filter(({ status }) => status !== 'passed')
      .map(({ name, status, statusDetails }) => [name, categoryOf(status!, statusDetails.message ?? '')]),
  );
}

test.describe('what Allure sorts our messages into', () => {
  test('a missed target', () => {
    expect(categoriesOf(record(fine()), 'p95 < 1 ms; error rate < 1 %')).toEqual({
      crowd: 'Target missed',
      'target: p95 < 1 ms': 'Target missed',
    });
  });

  test('a target without data', () => {
    expect(categoriesOf(record(fine()), 'meeting.leave p95 < 1 s')).toEqual({
      crowd: 'Target missed',
      'target: meeting.leave p95 < 1 s': 'Target missed',
    });
  });

  test('too few samples, a load that fell short, a limit within a bracket, an early stop, one shard alone: nobody knows', () => {
    expect(categoriesOf(record(fine()), 'p99.9 < 1 s')).toEqual({
      crowd: 'Inconclusive',
      'target: p99.9 < 1 s': 'Inconclusive',
    });
    const late = fine().map((one) => ({ ...one, health: health({ startSkewMs: 400 }) }));
    expect(categoriesOf(record(late))).toEqual({ crowd: 'Inconclusive' });
    const within = [report(1, [{ latencyMs: 150, widthMs: 100 }]), report(2, [])];
    expect(categoriesOf(record(within), 'p95 < 100 ms')).toEqual({
      crowd: 'Inconclusive',
      'target: p95 < 100 ms': 'Inconclusive',
    });
    expect(categoriesOf(record(fine(), { stopped: 'interrupted' }))).toEqual({ crowd: 'Inconclusive' });
    const { facts } = circumstances();
    const part = { facts: { ...facts, shard: { index: 1, of: 3 } } };
    expect(categoriesOf(record(fine()), undefined, part)).toEqual({ crowd: 'Inconclusive' });
  });

  test('a lost share is the harness’s, whatever the targets say', () => {
    const lost = record([report(1, [{}])], { lost: [2] });
    expect(categoriesOf(lost, 'p95 < 1 ms')).toEqual({
      crowd: 'Harness error',
      'target: p95 < 1 ms': 'Target missed',
    });
  });

  test('an experiment', () => {
    const finding = (verdict: Finding['verdict']): Finding => {
      return { check: 'the roster is true', verdict, says: '3 too many', evidence: ['who is a ghost'] };
    };
    const text = (verdict: 'failed' | 'unknown') =>
      verdictText({ verdict, findings: [finding('passed'), finding(verdict)] });
    expect(categoryOf('failed', `Error: ${text('failed')}`)).toBe('Check failed');
    expect(categoryOf('failed', `Error: ${text('unknown')}`)).toBe('Inconclusive');
    expect(text('failed')).toBe(
      'The verdict is "failed".\nfailed: the roster is true: 3 too many\nwho is a ghost',
    );
  });

  test('a benchmark that became slower', () => {
    const metric = { name: 'meeting.get p50', unit: 'ms', value: 30, kind: 'latency' };
    const says = (['series', 'baseline'] as const).map(
      (against) =>
        regression(metric as never, {
          against,
          before: { ...metric, value: 10 } as never,
          pValue: 0.00001,
          runs: 2,
        }).says,
    );
    for (const one of says)
      expect(categoryOf('failed', `expect(received).toEqual(expected)\n\n-  []\n+  ["${one}"]`), one).toBe(
        'Slower than before',
      );
  });

  test('a benchmark that was not compared with its past, or not to the end', () => {
    for (const says of [
      'Not compared with the baseline of 2026-11-20 (r): other processes kept 1.0 of 2 cores busy.',
      'Cannot tell whether meeting.get p50 became slower: 23.0 ms (−19.0) against 3.01 ms in the baseline.',
      'meeting.get p50 looked slower than before, and could not be measured again: other processes kept 1.0 of 2 cores busy.',
    ])
      expect(categoryOf('failed', `expect(received).toEqual(expected)\n\n-  []\n+  ["${says}"]`), says).toBe(
        'Inconclusive',
      );
  });

  test('everything else', () => {
    expect(categoryOf('failed', 'TypeError: cannot read properties of undefined')).toBe('Harness error');
    expect(categoryOf('broken', 'Test timeout of 30000ms exceeded.')).toBe('Harness error');
    expect(
      categoryOf('failed', 'Error: worker process exited unexpectedly (code=null, signal=SIGKILL)'),
    ).toBe('Harness error');
    expect(categoryOf('passed', '')).toBeUndefined();
  });

  test('what is broken rather than failed', () => {
    expect(isInconclusive('Error: The verdict is "unknown".')).toBe(true);
    expect(isInconclusive('Error: The verdict is "failed".\nfailed: x')).toBe(false);
    expect(isInconclusive('anything else')).toBe(false);
  });
});
