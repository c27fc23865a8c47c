import { expect, test } from '@playwright/test';
import { reasonText } from '../../../../src/history/reason.ts';
import { fine, record, report, summaryOf, timingsOf } from './crowd-records.ts';

test.describe('the check of counts', () => {
  /** The summary of a crowd with a changed report of one slice. */
  const tampered = (change: (report: ReturnType<typeof JSON.parse>) => void) => {
    const [first, second] = JSON.parse(JSON.stringify(fine()));
    change(second);
    return summaryOf(record([first, second]));
  };
  const cases: [string, (report: ReturnType<typeof JSON.parse>) => void, RegExp][] = [
    [
      'a success without a latency',
      ({ timings }) => {
        timings.operations['meeting.get'].outcomes.ok += 1;
      },
      /meeting.get, latencies against successes: 200 against 201/,
    ],
    [
      'a failure without a latency',
      ({ timings }) => {
        timings.operations['meeting.get'].outcomes['http 500'] = 2;
      },
      /meeting.get, latencies against failures: 0 against 2/,
    ],
    [
      'a missing second',
      ({ timings }) => {
        timings.windows.splice(4, 1);
      },
      /meeting.get, slice 2 against its seconds: 100 against 90/,
    ],
    [
      'a missing histogram',
      ({ timings }) => {
        delete timings.operations['meeting.get'].ok;
      },
      /meeting.get, latencies against successes: 100 against 200/,
    ],
  ];
  for (const [name, change, reason] of cases) {
    test(`fails a run with ${name}`, () => {
      const { verdict, reasons } = tampered(change);
      expect(verdict).toBe('failed');
      expect(reasons.map(reasonText)).toContainEqual(expect.stringMatching(reason));
      for (const { kind } of reasons) expect(kind).toBe('counts differ');
    });
  }

  test('compares the calls of the drain with their own latencies', () => {
    const timings = timingsOf({});
    timings.drainFrom(9950);
    for (const at of [9960, 9970, 9980]) timings.operation('meeting.leave').record('ok', at - 5, at);
    const encoded = timings.encode(10_000);
    const summaryWith = (operations: typeof encoded.operations) =>
      summaryOf(record([report(1, [{}]), report(2, [], { timings: { ...encoded, operations } })]));
    const whole = summaryWith(encoded.operations);
    expect(whole.reasons).toEqual([]);
    // The first of the three calls began before the drain.
    expect(whole.totals).toMatchObject({ total: 203, successful: 203, drained: 3 });
    expect(whole.operations['meeting.leave']).toMatchObject({ latency: null, drained: { count: 3 } });
    const { drained: _, ...lost } = encoded.operations['meeting.leave']!;
    expect(summaryWith({ ...encoded.operations, 'meeting.leave': lost }).reasons.map(reasonText)).toEqual([
      'counts do not add up: meeting.leave, latencies against successes: 0 against 3',
    ]);
  });

  test('accepts messages without an answer, which have a count and no latency', () => {
    const timings = timingsOf({});
    const sent = timings.operation('sent.chat.send');
    for (const at of [9910, 9920, 9930]) sent.count('ok', at);
    sent.count('reset', 9940);
    const encoded = timings.encode(10_000);
    const summaryWith = (operations: typeof encoded.operations) =>
      summaryOf(record([report(1, [{}]), report(2, [], { timings: { ...encoded, operations } })]));
    const { operations } = encoded;
    expect(summaryWith(operations)).toMatchObject({
      reasons: [],
      serviceNotes: [
        'sent.* are messages that the service does not answer: they have a count and no latency.',
      ],
    });
    expect(summaryOf(record(fine())).serviceNotes).toEqual([]);
    const measured = { ...operations['sent.chat.send']!, ok: operations['meeting.get']!.ok! };
    expect(summaryWith({ ...operations, 'sent.chat.send': measured }).reasons.map(reasonText)).toEqual([
      'counts do not add up: sent.chat.send, latencies against successes: 100 against 0',
    ]);
  });

  test('ignores the incomplete last second of a lost slice', () => {
    const cut = report(2, [{}], { finished: false });
    const windows = cut.timings.windows.slice(0, -1);
    const reports = [report(1, [{}]), { ...cut, timings: { ...cut.timings, windows } }];
    const { reasons } = summaryOf(record(reports, { lost: [2] }));
    expect(reasons).toMatchObject([{ kind: 'slice lost' }]);
  });
});
