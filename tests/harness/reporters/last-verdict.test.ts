import { expect, test } from '@playwright/test';
import { whyNotPassed } from '../../../src/reporters/last-verdict.ts';
import { fine, record, report, summaryOf } from '../results/summary/crowd-records.ts';

test.describe('the exit code of a crowd that no verdict judged', () => {
  const passed = summaryOf(record(fine()));
  const failed = summaryOf(record([report(1, [{ latencyMs: 900 }]), report(2, [{}])]));
  const unsure = summaryOf(record(fine()), '');

  test('0 where it passed', () => {
    expect(whyNotPassed([passed], false)).toBeUndefined();
    expect(whyNotPassed([], false)).toBeUndefined();
  });

  test('not 0 where it has not passed, and it says why', () => {
    expect(whyNotPassed([passed, failed], false)).toBe(
      'crowd: failed\n  latency p95 was 900 ms, 9× the 100 ms limit; slowest: meeting.get 900 ms',
    );
    expect(whyNotPassed([unsure], false)).toBe('crowd: inconclusive\n  no target was judged');
  });

  test('a shard is a part of the crowd: it fails by what failed, and the whole is judged elsewhere', () => {
    expect(whyNotPassed([unsure], true)).toBeUndefined();
    expect(whyNotPassed([failed], true)).toContain('failed');
  });
});
