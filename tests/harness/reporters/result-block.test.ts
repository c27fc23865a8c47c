import { expect, test } from '@playwright/test';
import { resultBlock } from '../../../src/reporters/result-block.ts';
import { fine, record, report, summaryOf } from './summary/crowd-records.ts';

const blockOf = (...given: Parameters<typeof summaryOf>) => resultBlock(summaryOf(...given)).join('\n');

test.describe('the result of a load run on the console', () => {
  test('room events have a row and a line of their own, even when none arrived', () => {
    const silent = [report(1, [{}, { name: 'event.delivery', outcome: 'lost', count: 40 }]), report(2, [{}])];
    const block = blockOf(record(silent));
    expect(block).toContain('Room events       0 of 40 arrived, 40 lost (100.00 %)');
    expect(block).toMatch(/event\.delivery +40 +40 +–/);
    const nobody = blockOf(record(fine()));
    expect(nobody).toContain('Room events       none was due: nobody shared a room');
  });

  test('what is late, twice and not judged stands beside what arrived', () => {
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
      'Room events       95 of 100 arrived, 5 late (5.00 %), 10 more than once (10.00 %); 7 could not be judged',
    );
    expect(block).toContain('room events that no call explains: 3');
  });

  test('the operation that decides a target is named beside its value', () => {
    const slow = [report(1, [{}, { name: 'socket.connect', latencyMs: 3000, count: 30 }]), report(2, [{}])];
    expect(blockOf(record(slow), 'each operation p95 < 1 s')).toMatch(
      /each operation p95 < 1 s: \d+ ms \(socket\.connect\) ❌/,
    );
  });

  test('a crowd that never began: why, and nothing else', () => {
    const notBegun = 'The service refused to create the meeting: 429. Nothing was loaded.';
    const lines = resultBlock(summaryOf(record([], { lost: [1, 2], startedAt: null, notBegun })));
    expect(lines.slice(3)).toEqual(['❌ FAILED', `  ${notBegun}`]);
  });
});
