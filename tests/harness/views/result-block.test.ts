import { expect, test } from '@playwright/test';
import { resultBlock } from '../../../src/views/console/result-block.ts';
import { markdown } from '../../../src/views/markdown/summary-markdown.ts';
import { fine, record, report, summaryOf } from '../results/summary/crowd-records.ts';

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

  test('shows NOT COMPLETE instead of PASSED if files could not be written', () => {
    const passed = summaryOf(record(fine()));
    expect(resultBlock(passed)).toContain('✅ PASSED');
    const block = resultBlock(passed, {
      notComplete: 'Files of the run could not be written: see below.',
    }).join('\n');
    expect(block).toContain('❌ NOT COMPLETE');
    expect(block).not.toContain('PASSED');
    const failed = summaryOf(record(fine(), { lost: [1] }));
    expect(
      resultBlock(failed, { notComplete: 'Files of the run could not be written: see below.' }),
    ).toContain('❌ FAILED');
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
    const block = blockOf(record([mixed, report(2, [{}])]));
    expect(block).toContain(
      'Room events       95 of 100 arrived, 5 late (5.00%), 10 more than once (10.00%); 7 could not be judged',
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
    const between = lines.find((line) => line.startsWith('  meeting.get p90 < 30 ms: '));
    expect(between).toMatch(/40\.0 ms \(between 25\.0 ms and 40\.0 ms: .* ❔$/);
    // The row of an operation has only the bracket of its P95, and the figures are aligned.
    const rows = lines.filter((line) => /^ {2}(meeting\.get|hand\.raise) +\d/.test(line));
    expect(rows.map((row) => row.match(/\(−[\d.]+\)/g)?.length ?? 0)).toEqual([1, 0]);
    const [got, raised] = rows.map((row) => [...row.matchAll(/ms/g)].map(({ index }) => index)) as [
      number[],
      number[],
    ];
    expect(got.slice(0, 3)).toEqual(raised.slice(0, 3));
    expect(lines.filter((line) => line.includes('14.2 ms (−1.3) lies between'))).toHaveLength(1);
    const text = markdown(summary);
    expect(text).toContain('| P95 | 40.0 ms (−15.0) (95% CI 40.0–40.0, n=200) |');
    expect(text.match(/14\.2 ms \(−1\.3\)/g)).toHaveLength(1);
    expect(text).toContain('meeting.get p95 \\< 100 ms: 40.0 ms (−15.0) ✅');
  });

  test('omits negligible brackets', () => {
    const summary = summaryOf(record([report(1, [{ latencyMs: 40, widthMs: 0.3 }]), report(2, [])]));
    for (const text of [resultBlock(summary).join('\n'), markdown(summary)]) expect(text).not.toContain('−');
  });

  test('shows only the reason for a crowd that never began', () => {
    const notBegun = 'The service refused to create the meeting: 429. Nothing was loaded.';
    const lines = resultBlock(summaryOf(record([], { lost: [1, 2], startedAt: null, notBegun })));
    expect(lines.slice(3)).toEqual(['❌ FAILED', `  ${notBegun}`]);
  });
});
