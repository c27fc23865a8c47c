import { expect, test } from '@playwright/test';
import { whyNotPassed } from '../../../src/reporters/last-verdict.ts';
import { fine, record, report, summaryOf } from '../results/summary/crowd-records.ts';

test.describe('the exit code of a run whose verdict test did not run', () => {
  const passed = summaryOf(record(fine()));
  const failed = summaryOf(record([report(1, [{ latencyMs: 900 }]), report(2, [{}])]));
  const unsure = summaryOf(record(fine()), '');

  test('is 0 for a passed crowd and for no crowd', () => {
    expect(whyNotPassed([passed], false)).toBeUndefined();
    expect(whyNotPassed([], false)).toBeUndefined();
  });

  test('is not 0 for a failed or inconclusive crowd, and comes with the reasons', () => {
    expect(whyNotPassed([passed, failed], false)).toBe(
      'crowd: failed\n  latency p95 was 900 ms, 9× the 100 ms limit; slowest: meeting.get 900 ms',
    );
    expect(whyNotPassed([unsure], false)).toBe('crowd: inconclusive\n  no target was judged');
  });

  test('is 0 for an inconclusive shard and not 0 for a failed shard', () => {
    expect(whyNotPassed([unsure], true)).toBeUndefined();
    expect(whyNotPassed([failed], true)).toContain('failed');
  });
});
