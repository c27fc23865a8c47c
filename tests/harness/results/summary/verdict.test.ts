import { expect, test } from '@playwright/test';
import type { CrowdRecord } from '../../../../src/crowd/coordinator/messages.ts';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { noSessions } from '../../../../src/crowd/slice-report.ts';
import { reasonText } from '../../../../src/history/reason.ts';
import type { Summary } from '../../../../src/results/summary/schema.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { health, latencies } from '../../crowd/slice-reports.ts';
import { circumstances, fine, record, report, summaryOf } from './crowd-records.ts';

interface Case {
  readonly name: string;
  readonly reports?: readonly SliceReport[];
  readonly crowd?: Partial<CrowdRecord>;
  readonly targets?: string;
  readonly verdict: Summary['verdict'];
  readonly reasons: readonly (string | RegExp)[];
}

const late = { health: health({ lateArrivals: latencies([400]).encode() }) };
const overloaded =
  /^Load generator overloaded \(late arrivals P99 400 ms, limit 100 ms\): latencies are not valid\. Use more workers/;
/** A generator without a free processor that read its sockets every 21 s. */
const blocked = { health: health({ loopDelayP99Ms: 20_000, loopDelayMaxMs: 21_000, cpuPeak: 1.4 }) };
const BLOCKED = /^Load generator overloaded \(longest event-loop block 21\.0 s, limit 1000 ms\)\. Pings/;
const slow = [{ latencyMs: 900 }];
const erring = [{}, { outcome: 'http 500' as const, count: 10 }];
const few = [{ count: 5 }];
const MISSED_P95 = /^latency p95 was 9\d\d ms, 9(\.\d)?× the 100 ms limit; slowest: meeting\.get 9\d\d ms$/;
const MISSED_ERRORS =
  /^error rate was \d+\.\d\d%, [\d.]+× the 1% limit; most frequent: 10 × meeting\.get http 500$/;

const cases: Case[] = [
  { name: 'every target is met', verdict: 'passed', reasons: [] },
  {
    name: 'a latency target is missed',
    reports: [report(1, slow), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95],
  },
  {
    name: 'an error rate target is missed',
    reports: [report(1, erring), report(2, [{}])],
    verdict: 'failed',
    reasons: [MISSED_ERRORS],
  },
  {
    name: 'both ends of each latency bracket meet the target despite a blocked generator',
    reports: [report(1, [{ latencyMs: 90, widthMs: 80 }], blocked), report(2, [{}])],
    verdict: 'passed',
    reasons: [],
  },
  {
    name: 'the limit of a latency target lies within the bracket',
    reports: [report(1, [{ latencyMs: 150, widthMs: 100 }]), report(2, [{ latencyMs: 150, widthMs: 100 }])],
    verdict: 'inconclusive',
    reasons: [
      /^p95 < 100 ms: between 50\.\d ms and 150 ms: the load generator read the answers too late to tell\. Use more/,
    ],
  },
  {
    name: 'both ends of a latency bracket miss the target despite a blocked generator',
    reports: [report(1, [{ latencyMs: 900, widthMs: 400 }], blocked), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95],
  },
  {
    name: 'participants arrived too late and every target is met',
    reports: [report(1, [{}], late), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [overloaded],
  },
  {
    name: 'participants arrived too late and a latency target is missed',
    reports: [report(1, slow, late), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95, overloaded],
  },
  {
    name: 'participants arrived too late and an error rate target is missed',
    reports: [report(1, erring, late), report(2, [{}])],
    verdict: 'failed',
    reasons: [MISSED_ERRORS, overloaded],
  },
  {
    name: 'the generator was blocked and no call succeeded',
    reports: [report(1, [{ outcome: 'timeout' }], blocked), report(2, [])],
    targets: 'p95 < 100 ms',
    verdict: 'failed',
    reasons: [/^latency p95: no data; no successful call/],
  },
  {
    name: 'the open files nearly reach their limit',
    reports: [
      report(1, [{}], { health: health({ openFilesPeak: 95, openFilesLimit: 100 }) }),
      report(2, [{}]),
    ],
    verdict: 'passed',
    reasons: [],
  },
  {
    name: 'the machine could not make some calls and every target is met',
    reports: [report(1, [{}, { outcome: 'generator limit', count: 7 }]), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [/^Load generator limit: a limit of this machine was reached for 7 calls\. /],
  },
  {
    name: 'the machine could not make some calls and an error rate target is missed',
    reports: [report(1, [...erring, { outcome: 'generator limit', count: 7 }]), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [/^Load generator limit: a limit of this machine was reached for 7 calls\. /, MISSED_ERRORS],
  },
  {
    name: 'arrivals were skipped and every target is met',
    reports: [report(1, [{}], { sessions: { ...noSessions(), dropped: 3 } }), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [
      /^The load was smaller than requested \(arrivals skipped at the user limit 3 arrivals, limit 0/,
    ],
  },
  {
    name: 'arrivals were skipped and a latency target is missed',
    reports: [report(1, slow, { sessions: { ...noSessions(), dropped: 3 } }), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95, /^The load was smaller than requested \(arrivals/],
  },
  {
    name: 'there are too few samples',
    reports: [report(1, few), report(2, few)],
    verdict: 'inconclusive',
    reasons: ['latency p95: too few samples; 10 samples, 20 needed'],
  },
  {
    name: 'a slice was lost and every target is met',
    reports: [report(1, [{}]), report(2, [{}], { finished: false })],
    crowd: { lost: [2] },
    verdict: 'failed',
    reasons: ['slice 2 was lost: its worker ended before its participants did'],
  },
  {
    name: 'a slice sent no report',
    reports: [report(1, [{}])],
    verdict: 'failed',
    reasons: [/^slice 2 was lost/],
  },
  {
    name: 'a slice never reported its end',
    reports: [report(1, [{}]), report(2, [{}], { finished: false })],
    verdict: 'failed',
    reasons: [/^slice 2 was lost/],
  },
  {
    name: 'no participant arrived',
    reports: [],
    crowd: { lost: [1, 2], startedAt: null },
    verdict: 'failed',
    reasons: [/^slice 1 was lost/, /^slice 2 was lost/, /^error rate: no data/, /^latency p95: no data/],
  },
  {
    name: 'the run was interrupted and a target is missed',
    reports: [report(1, slow, { finished: false, elapsedMs: 4000 })],
    crowd: { stopped: { reason: 'interrupted', isInterrupted: true } },
    verdict: 'interrupted',
    reasons: ['stopped early: interrupted', MISSED_P95],
  },
  {
    name: 'the run was stopped early because of a missed target',
    reports: [report(1, erring), report(2, [{}])],
    crowd: { stopped: { reason: 'target "error rate < 1 %" was missed for 5 s', isInterrupted: false } },
    verdict: 'failed',
    reasons: [MISSED_ERRORS, /^stopped early: target/],
  },
  {
    name: 'the run was stopped early and every target is met',
    crowd: { stopped: { reason: 'the user asked for it', isInterrupted: false } },
    verdict: 'inconclusive',
    reasons: ['stopped early: the user asked for it'],
  },
  {
    name: 'no session completed',
    reports: [
      report(1, [{}], { sessions: { ...noSessions(), started: 2, cutShort: 2 } }),
      report(2, [{}], { sessions: noSessions() }),
    ],
    verdict: 'inconclusive',
    reasons: ['no session completed: 2 started, 2 were cut short'],
  },
  {
    name: 'no room event arrived and no target covers room events',
    reports: [report(1, [{}, { name: 'event.delivery', outcome: 'lost', count: 40 }]), report(2, [{}])],
    verdict: 'failed',
    reasons: ['0 of 40 room events arrived'],
  },
  {
    name: 'no room event could be judged',
    reports: [report(1, [{}, { name: 'event.delivery', outcome: 'aborted', count: 40 }]), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [/^none of 40 room events could be judged: members left too soon/],
  },
  {
    name: 'no room event could be judged because connections were lost',
    reports: [
      report(
        1,
        [
          {},
          { name: 'socket.connect', count: 10 },
          { name: 'event.delivery', outcome: 'aborted', count: 40 },
        ],
        { drops: { 'transport close': 9 } },
      ),
      report(2, [{}]),
    ],
    verdict: 'inconclusive',
    reasons: ['none of 40 room events could be judged: 9 connections were lost'],
  },
  {
    name: 'no session completed because calls failed',
    reports: [
      report(1, [...erring, { name: 'event.delivery', outcome: 'lost', count: 40 }], {
        sessions: { ...noSessions(), started: 2, cutShort: 2 },
      }),
      report(2, [{}], { sessions: noSessions() }),
    ],
    targets: 'p95 < 100 ms',
    verdict: 'failed',
    reasons: [
      '0 of 40 room events arrived',
      /^no session completed: 2 started, 2 were cut short; most frequent failure: 10 × meeting\.get http 500$/,
    ],
  },
  {
    name: 'fewer users were reached than requested',
    reports: [report(1, [{}]), report(2, [])].map((one) => ({
      ...one,
      timings: { ...one.timings, windows: one.timings.windows.map((window) => ({ ...window, users: 2 })) },
    })),
    verdict: 'inconclusive',
    reasons: ['4 of 6 users were reached: raise TEST_DURATION, or look for sessions that ended early'],
  },
  {
    name: 'a target for lost room events is missed',
    reports: [
      report(1, [
        {},
        { name: 'event.delivery', count: 60 },
        { name: 'event.delivery', outcome: 'lost', count: 40 },
      ]),
      report(2, [{}]),
    ],
    targets: 'events lost < 1 %',
    verdict: 'failed',
    reasons: ['events lost was 40.00%, 40× the 1% limit; 40 of 100 room events'],
  },
  {
    name: 'a target for lost connections is missed with a blocked generator',
    reports: [
      report(1, [{}, { name: 'socket.connect', count: 10 }], { ...blocked, drops: { 'ping timeout': 3 } }),
      report(2, [{}]),
    ],
    targets: 'connections lost <= 1 %',
    verdict: 'inconclusive',
    reasons: [BLOCKED, 'connections lost was 30.00%, 30× the 1% limit; 3 of 10 connections'],
  },
  {
    name: 'a target for lost connections is missed without a blocked generator',
    reports: [
      report(1, [{}, { name: 'socket.connect', count: 10 }], { drops: { 'ping timeout': 3 } }),
      report(2, [{}]),
    ],
    targets: 'connections lost <= 1 %',
    verdict: 'failed',
    reasons: ['connections lost was 30.00%, 30× the 1% limit; 3 of 10 connections'],
  },
  {
    name: 'a target for late room events is missed despite a blocked generator',
    reports: [
      report(
        1,
        [{}, { name: 'event.delivery', count: 60 }, { name: 'event.delivery', outcome: 'late', count: 40 }],
        blocked,
      ),
      report(2, [{}]),
    ],
    targets: 'events late < 1 %',
    verdict: 'failed',
    reasons: ['events late was 40.00%, 40× the 1% limit; 40 of 100 room events'],
  },
  {
    name: 'the service refused to create the meeting',
    reports: [],
    crowd: {
      lost: [1, 2],
      startedAt: null,
      notBegun: 'The service refused to create the meeting: 429. Nothing was loaded.',
    },
    verdict: 'failed',
    reasons: ['The service refused to create the meeting: 429. Nothing was loaded.'],
  },
  { name: 'no target is set', targets: '', verdict: 'inconclusive', reasons: ['no target was judged'] },
];

test.describe('the verdict of a load run', () => {
  for (const { name, reports = fine(), crowd, targets, verdict, reasons } of cases) {
    test(`is ${verdict} if ${name}`, () => {
      const summary = summaryOf(record(reports, crowd), targets);
      expect(summary.verdict).toBe(verdict);
      expect(summary.reasons.map(reasonText)).toEqual(
        reasons.map((reason) => (typeof reason === 'string' ? reason : expect.stringMatching(reason))),
      );
    });
  }
});

test.describe('the verdict of a compared load run', () => {
  const comparison = {
    schema: 'fullhouse/comparison/2' as const,
    with: 'Compared with the baseline of 2026-11-20 (before).',
    baseline: null,
    earlier: [],
    metrics: [],
    regressions: [],
    notCompared: null,
  };
  const slower = {
    metric: 'meeting.get p50',
    against: 'baseline' as const,
    before: 10,
    after: 20,
    unit: 'ms',
    ratio: 2,
    pValue: 0.001,
    message: 'meeting.get p50 was 10 ms and is 20 ms',
  };
  const unreadable = 'Not compared with the baseline: load-x.json cannot be read (it is not JSON).';
  const compared = (over: object, reports = fine()) =>
    summarise({ ...record(reports), ...circumstances(), comparison: { ...comparison, ...over } });

  test('is passed if the run is as fast as the baseline', () => {
    expect(compared({})).toMatchObject({ verdict: 'passed', reasons: [] });
  });

  test('is failed if the run is slower than the baseline', () => {
    expect(compared({ regressions: [slower] })).toMatchObject({
      verdict: 'failed',
      reasons: [{ kind: 'regression', subject: slower.metric, message: slower.message }],
    });
  });

  test('is inconclusive, with the file name, if the baseline cannot be read', () => {
    expect(compared({ notCompared: unreadable })).toMatchObject({
      verdict: 'inconclusive',
      reasons: [{ kind: 'not compared', message: unreadable }],
    });
  });

  test('is failed after a missed target although the baseline cannot be read', () => {
    const reports = [report(1, slow), report(2, slow)];
    expect(compared({ notCompared: unreadable }, reports)).toMatchObject({
      verdict: 'failed',
      reasons: [{ kind: 'target missed' }, { kind: 'not compared', message: unreadable }],
    });
  });
});
