import { expect, test } from '@playwright/test';
import { noSessions } from '../../../../src/crowd/slice-report.ts';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import { fine, record, report, summaryOf } from './crowd-records.ts';

test.describe('the figures of a summary', () => {
  const mixed = [
    report(
      1,
      [
        { latencyMs: 10, count: 80 },
        { name: 'meeting.join', latencyMs: 30, count: 10 },
        { outcome: 'http 503', latencyMs: 700, count: 6 },
        { outcome: 'rate limited', count: 3 },
        { outcome: 'aborted', count: 9 },
        { name: 'event.delivery', latencyMs: 5, count: 50 },
      ],
      {
        sessions: { ...noSessions(), started: 10, completed: 7, gaveUp: { 'meeting.join': 2 }, cutShort: 1 },
        drops: { 'transport close': 2 },
        events: { twice: 1, duplicates: 1, unexplained: 2 },
      },
    ),
    report(2, [{ latencyMs: 20, count: 100 }], {
      elapsedMs: 12_500,
      sessions: { ...noSessions(), started: 5, completed: 4, gaveUp: { 'meeting.join': 1 }, rejected: 6 },
      drops: { 'transport close': 1, 'ping timeout': 1 },
    }),
  ];
  const summary = summaryOf(record(mixed));

  test('count only actions in the totals, and aborted calls separately', () => {
    expect(summary.totals).toMatchObject({
      total: 199,
      successful: 190,
      failed: 9,
      rateLimited: 3,
      aborted: 9,
    });
    expect(summary.totals.errorRatePercent).toBeCloseTo((9 / 199) * 100, 9);
    expect(summary.totals.perSecond).toBeCloseTo(199 / 12.5, 9);
    expect(summary.totals.averageOfSeconds).toBeCloseTo(19.9, 9);
    expect(summary.run).toMatchObject({ scheduleS: 10, durationS: 12.5, id: '20261123-140000-abcd' });
  });

  test('merge the latencies of all slices and keep the latencies of failures apart', () => {
    expect(summary.latency).toMatchObject({ count: 190, minMs: 10, maxMs: 30 });
    expect(summary.latency!.avgMs).toBeCloseTo((80 * 10 + 10 * 30 + 100 * 20) / 190, 6);
    const get = summary.operations['meeting.get']!;
    expect(get.failedLatency).toMatchObject({ count: 6, minMs: expect.closeTo(700, 6) });
    expect(get.causes.map(({ cause, count }) => [cause, count])).toEqual([
      ['http 503', 6],
      ['rate limited', 3],
    ]);
    expect(summary.operations['event.delivery']).toMatchObject({ kind: 'observation', total: 50 });
    expect(Object.keys(summary.operations)).toEqual(['meeting.join', 'meeting.get', 'event.delivery']);
  });

  test('sum sessions, drops and events, and add up the users of the same second', () => {
    expect(summary.sessions).toEqual({
      started: 15,
      completed: 11,
      gaveUp: { 'meeting.join': 3 },
      cutShort: 1,
      rejected: 6,
      dropped: 0,
      limited: 0,
    });
    expect(summary.drops).toEqual({ 'transport close': 3, 'ping timeout': 1 });
    expect(summary.events).toEqual({
      judged: 50,
      arrived: 50,
      late: 0,
      lost: 0,
      notJudged: 0,
      twice: 1,
      duplicates: 1,
      unexplained: 2,
    });
    expect(summary.users).toEqual({ requested: 6, peak: 6 });
  });

  test('include a timeline with every second that adds up to the totals', () => {
    expect(summary.timeline.map(({ second }) => second)).toEqual(summary.timeline.map((_, index) => index));
    expect(summary.timeline.reduce((sum, { total }) => sum + total, 0)).toBe(199);
    expect(summary.timeline.reduce((sum, { failed }) => sum + failed, 0)).toBe(9);
  });

  test('judge a throughput target by the printed throughput', () => {
    const { targets, totals } = summaryOf(record(mixed), 'throughput > 1 /s');
    expect(targets[0]!.value).toBe(totals.perSecond);
  });

  test('include the latencies of the service if it publishes them', () => {
    const text = (count: number) =>
      [
        `http_request_duration_seconds_sum{method="GET",path="/api/v1/meetings/:id"} ${count * 0.01}`,
        `http_request_duration_seconds_count{method="GET",path="/api/v1/meetings/:id"} ${count}`,
      ].join('\n');
    const { operations } = summaryOf(
      record(fine(), {
        metrics: { before: text(10), after: text(210), samples: [], routes: referenceContract().metrics },
      }),
    );
    expect(operations['meeting.get']!.server).toEqual({
      count: 200,
      avgMs: expect.closeTo(10, 9),
      p95Ms: null,
      p95Outside: null,
    });
    for (const metrics of [
      { before: null, after: text(5), samples: [], routes: referenceContract().metrics },
      { before: text(5), after: null, samples: [], routes: referenceContract().metrics },
    ])
      expect(summaryOf(record(fine(), { metrics })).operations['meeting.get']!.server).toBeNull();
  });
});

test.describe('the summary of a run that ended early', () => {
  const early = report(1, [{ count: 40 }], { finished: false, elapsedMs: 4000 });

  for (const [name, over] of [
    ['stopped run', { stopped: { reason: 'interrupted', isInterrupted: true } }],
    ['run with every slice lost', { lost: [1] }],
  ] as const) {
    test(`divides the counts of a ${name} by its actual duration`, () => {
      const summary = summaryOf(record([early], { expected: [1], ...over }));
      expect(summary).toMatchObject({ partial: true, run: { scheduleS: 4, durationS: 4 } });
      expect(summary.totals).toMatchObject({ averageOfSeconds: 10, perSecond: 10 });
    });
  }

  test('includes the silent seconds of the service in the average', () => {
    const silent = [report(1, [{ count: 40 }]), report(2, [])];
    const { totals, timeline } = summaryOf(record(silent));
    expect(totals.averageOfSeconds).toBe(4);
    expect(timeline.slice(0, 4).map(({ total }) => total)).toEqual([10, 10, 10, 10]);
  });

  test('lists each slice as finished, stopped or lost', () => {
    const states = (over: object) => summaryOf(record([early], over)).slices.map(({ state }) => state);
    expect(states({ stopped: { reason: 'interrupted', isInterrupted: true } })).toEqual(['stopped', 'lost']);
    expect(states({ lost: [1, 2] })).toEqual(['lost', 'lost']);
    expect(summaryOf(record(fine())).slices).toEqual([
      { slice: 1, of: 2, state: 'finished', recorded: 100 },
      { slice: 2, of: 2, state: 'finished', recorded: 100 },
    ]);
  });
});
