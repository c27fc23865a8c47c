import { expect, test } from '@playwright/test';
import ConsoleReporter from '../../../src/reporters/console-reporter.ts';
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

test('nothing follows the error of a file with load tests', async () => {
  const printed: unknown[] = [];
  const usual = { error: console.error, log: console.log };
  const keep = (text: unknown) => printed.push(text);
  try {
    Object.assign(console, { error: keep, log: keep });
    const broken = new ConsoleReporter();
    broken.onError({ message: 'Error: Load test "a": TARGETS: no' });
    broken.onError({ message: 'Error: No tests found.\nMake sure that arguments are regular expressions' });
    await broken.onExit();
    const empty = new ConsoleReporter();
    empty.onError({ message: 'Error: No tests found' });
    await empty.onExit();
  } finally {
    Object.assign(console, usual);
  }
  expect(printed).toEqual([
    'Load test "a": TARGETS: no',
    'No test matches the command line. Use --list without other options to see all tests.',
  ]);
});
