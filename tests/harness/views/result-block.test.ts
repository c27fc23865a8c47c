import { expect, test } from '@playwright/test';
import { type AnsweredPhase, answersOf } from '../../../src/views/answers.ts';
import { resultBlock } from '../../../src/views/console/result-block.ts';
import { verdictBlock } from '../../../src/views/console/verdict-block.ts';
import { markdown } from '../../../src/views/markdown/summary-markdown.ts';
import { fine, record, report, summaryOf } from '../results/summary/crowd-records.ts';

const nothing = {
  runId: 'run',
  answers: [],
  experiments: [],
  benchmarks: [],
  facts: undefined,
  asked: undefined,
};
/** The block with each line break as a space. */
const textOf = (...given: Parameters<typeof summaryOf>) => blockOf(...given).replace(/\s+/g, ' ');
const blockOf = (...given: Parameters<typeof summaryOf>) => resultBlock(summaryOf(...given)).join('\n');

test.describe('the result of a load run on the console', () => {
  test('shows room events on a separate line and row, even if no event arrived', () => {
    const silent = [report(1, [{}, { name: 'event.delivery', outcome: 'lost', count: 40 }]), report(2, [{}])];
    const block = blockOf(record(silent));
    expect(block).toContain('Room events       0 of 40 arrived, 40 lost (100.00%)');
    expect(block).toMatch(/event\.delivery +40 +40 +–/);
    const nobody = blockOf(record(fine()));
    expect(nobody).toContain('Room events       none expected: no two participants shared a room');
    const interrupted = blockOf(record(fine(), { stopped: { reason: 'interrupted', isInterrupted: true } }));
    expect(interrupted).toContain('Room events       not judged: the run ended early');
  });

  test('ends with the answer and the values of the reasons, in 80 columns', () => {
    const missed = summaryOf(record(fine()), 'p95 < 1 ms; p99 < 1 ms; error rate < 1 %');
    const [passed, failed] = [summaryOf(record(fine())), missed].map((summary) =>
      answersOf({ ...nothing, crowds: [{ summary }] }),
    ) as [AnsweredPhase[], AnsweredPhase[]];
    expect(verdictBlock(passed)).toEqual([
      '✅ PASSED: all 2 targets were met; latency p95 was 20.0 ms (limit 100 ms); 0',
      '   of 200 requests failed; 6 users at peak.',
    ]);
    expect(verdictBlock(failed)).toEqual([
      '❌ FAILED: latency p95 was 20.0 ms, 20× the 1 ms limit; 1 more target missed.',
      '   - latency p95 was 20.0 ms, 20× the 1 ms limit; slowest: meeting.get 20.0 ms',
      '   - latency p99 was 20.0 ms, 20× the 1 ms limit; slowest: meeting.get 20.0 ms',
    ]);
    const notComplete = 'Files of the run could not be written: see below.';
    expect(verdictBlock(passed, { notComplete }).join('\n')).toMatch(
      /^❌ NOT COMPLETE: Files .* see below\./,
    );
    expect(verdictBlock(failed, { notComplete })).toEqual(verdictBlock(failed));
    expect(verdictBlock([])).toEqual([]);
    // Several phases: the worst one decides, and each reason names its phase.
    const other = failed.map((one) => ({ ...one, name: 'second' }));
    expect(verdictBlock([...passed, ...other]).join(' ')).toMatch(
      /^❌ FAILED: load second: latency p95 .*missed; +load crowd passed\. +- load second: latency p95/,
    );
    for (const line of [...resultBlock(missed), ...verdictBlock(failed)])
      expect(line.length).toBeLessThan(80);
    expect(resultBlock(missed, { isVerbose: true }).join('\n')).toContain('service P95');
    expect(resultBlock(missed).join('\n')).not.toContain('service P95');
  });

  test('counts late, duplicate and unjudged room events beside the arrived events', () => {
    const mixed = report(
      1,
      [
        { name: 'event.delivery', count: 95 },
        { name: 'event.delivery', outcome: 'late', count: 5 },
        { name: 'event.delivery', outcome: 'aborted', count: 7 },
      ],
      { events: { twice: 10, duplicates: 12, unexplained: 3 } },
    );
    const block = textOf(record([mixed, report(2, [{}])]));
    expect(block).toContain(
      'Room events 95 of 100 arrived, 5 late (5.00%), 10 more than once (10.00%); 7 could not be judged',
    );
    expect(block).toContain('room events that no call explains: 3');
  });

  test('names the operation that decides a target beside its value', () => {
    const slow = [report(1, [{}, { name: 'socket.connect', latencyMs: 3000, count: 30 }]), report(2, [{}])];
    expect(blockOf(record(slow), 'each operation p95 < 1 s')).toMatch(
      /each operation p95 < 1 s: \d+ ms \(socket\.connect\) ❌/,
    );
  });

  test('shows the brackets of latencies and judged values, and explains them once', () => {
    const late = [
      report(1, [
        { latencyMs: 40, widthMs: 15 },
        { name: 'hand.raise', latencyMs: 5 },
      ]),
      report(2, []),
    ];
    const summary = summaryOf(record(late), 'meeting.get p95 < 100 ms; meeting.get p90 < 30 ms');
    const lines = resultBlock(summary);
    expect(lines.find((line) => line.startsWith('  P95 '))).toMatch(
      /^ {2}P95 {13}40\.0 ms \(−15\.0\) \(95% CI 40\.0–40\.0, n=200\)$/,
    );
    expect(lines).toContain('  meeting.get p95 < 100 ms: 40.0 ms (−15.0) ✅');
    const text = lines.join(' ').replace(/ +/g, ' ');
    expect(text).toMatch(/meeting\.get p90 < 30 ms: 40\.0 ms \(between 25\.0 ms and 40\.0 ms: [^❔]* ❔/);
    // The row of an operation has only the bracket of its P95, and the figures are aligned.
    const rows = lines.filter((line) => /^ {2}(meeting\.get|hand\.raise) +\d/.test(line));
    expect(rows.map((row) => row.match(/\(−[\d.]+\)/g)?.length ?? 0)).toEqual([1, 0]);
    const [got, raised] = rows.map((row) => [...row.matchAll(/ms/g)].map(({ index }) => index)) as [
      number[],
      number[],
    ];
    expect(got.slice(0, 3)).toEqual(raised.slice(0, 3));
    expect(text.match(/14\.2 ms \(−1\.3\) lies between/g)).toHaveLength(1);
    const written = markdown(summary);
    expect(written).toContain('| P95 | 40.0 ms (−15.0) (95% CI 40.0–40.0, n=200) |');
    expect(written.match(/14\.2 ms \(−1\.3\)/g)).toHaveLength(1);
    expect(written).toContain('meeting.get p95 \\< 100 ms: 40.0 ms (−15.0) ✅');
  });

  test('omits negligible brackets', () => {
    const summary = summaryOf(record([report(1, [{ latencyMs: 40, widthMs: 0.3 }]), report(2, [])]));
    for (const text of [resultBlock(summary).join('\n'), markdown(summary)]) expect(text).not.toContain('−');
  });

  test('shows only the reason for a crowd that never began', () => {
    const notBegun = 'The service refused to create the meeting: 429. Nothing was loaded.';
    const lines = resultBlock(summaryOf(record([], { lost: [1, 2], startedAt: null, notBegun })));
    expect(lines.slice(4)).toEqual([
      '❌ FAILED: The service refused to create the meeting: 429. Nothing was loaded.',
      '',
    ]);
  });
});
