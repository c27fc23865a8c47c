import { expect, test } from '@playwright/test';
import type { CrowdRecord } from '../../../../src/crowd/coordinator/messages.ts';
import { noSessions } from '../../../../src/crowd/run-share.ts';
import type { ShareReport } from '../../../../src/crowd/share-report.ts';
import type { Summary } from '../../../../src/reporters/summary/schema.ts';
import { summarise } from '../../../../src/reporters/summary/summarise.ts';
import { health, latencies } from '../../crowd/share-reports.ts';
import { circumstances, fine, record, report, summaryOf } from './crowd-records.ts';

interface Case {
  readonly name: string;
  readonly reports?: readonly ShareReport[];
  readonly crowd?: Partial<CrowdRecord>;
  readonly targets?: string;
  readonly verdict: Summary['verdict'];
  readonly reasons: readonly (string | RegExp)[];
}

const late = { health: health({ lateArrivals: latencies([400]).encode() }) };
const fellShort =
  /^the load fell short of its schedule: late arrivals P99 400 ms, bound 100 ms\. Spread the crowd/;
/** It did nothing else, and looked at its sockets every 21 seconds. */
const blocked = { health: health({ loopDelayP99Ms: 20_000, loopDelayMaxMs: 21_000, cpuPeak: 1.4 }) };
const BLOCKED = /^the generator: longest time without a look at the sockets 21000 ms, bound 1000 ms\. Pings/;
const slow = [{ latencyMs: 900 }];
const erring = [{}, { outcome: 'http 500' as const, count: 10 }];
const few = [{ count: 5 }];
const MISSED_P95 = /^missed: p95 < 100 ms \(9\d\d ms\)$/;
const MISSED_ERRORS = /^missed: error rate < 1 % \(\d+\.\d\d %: 10 × meeting\.get http 500\)$/;

const cases: Case[] = [
  { name: 'everything is fine', verdict: 'passed', reasons: [] },
  {
    name: 'a latency is missed',
    reports: [report(1, slow), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95],
  },
  {
    name: 'an error rate is missed',
    reports: [report(1, erring), report(2, [{}])],
    verdict: 'failed',
    reasons: [MISSED_ERRORS],
  },
  {
    name: 'the generator was blocked and had no processor left, and each latency is met by both ends of its bracket',
    reports: [report(1, [{ latencyMs: 90, widthMs: 80 }], blocked), report(2, [{}])],
    verdict: 'passed',
    reasons: [],
  },
  {
    name: 'the limit of a latency lies within its bracket',
    reports: [report(1, [{ latencyMs: 150, widthMs: 100 }]), report(2, [{ latencyMs: 150, widthMs: 100 }])],
    verdict: 'inconclusive',
    reasons: [
      /^p95 < 100 ms: between 50\.\d ms and 150 ms: the generator read answers too late to tell\. Spread/,
    ],
  },
  {
    name: 'a latency is missed by both ends of its bracket, with a generator that was blocked: it is the service’s',
    reports: [report(1, [{ latencyMs: 900, widthMs: 400 }], blocked), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95],
  },
  {
    name: 'participants came too late, and all is met: the load was not the one that was asked for',
    reports: [report(1, [{}], late), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [fellShort],
  },
  {
    name: 'participants came too late, and a latency is missed: with more load it is missed all the more',
    reports: [report(1, slow, late), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95, fellShort],
  },
  {
    name: 'participants came too late, and an error rate is missed: errors are the service’s',
    reports: [report(1, erring, late), report(2, [{}])],
    verdict: 'failed',
    reasons: [MISSED_ERRORS, fellShort],
  },
  {
    name: 'the generator was blocked, and there is no data',
    reports: [report(1, [{ outcome: 'timeout' }], blocked), report(2, [])],
    targets: 'p95 < 100 ms',
    verdict: 'failed',
    reasons: [/^missed: p95 < 100 ms \(no successful call/],
  },
  {
    name: 'files are nearly used up: a warning, which takes nothing from the targets',
    reports: [
      report(1, [{}], { health: health({ openFilesPeak: 95, openFilesLimit: 100 }) }),
      report(2, [{}]),
    ],
    verdict: 'passed',
    reasons: [],
  },
  {
    name: 'calls could not be made, and all is met',
    reports: [report(1, [{}, { outcome: 'generator limit', count: 7 }]), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [/^the generator: a limit of this machine was reached for 7 calls\. /],
  },
  {
    name: 'calls could not be made, and an error rate is missed: the load was another one',
    reports: [report(1, [...erring, { outcome: 'generator limit', count: 7 }]), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [MISSED_ERRORS, /^the generator: a limit of this machine was reached for 7 calls\. /],
  },
  {
    name: 'arrivals were dropped, and all is met: the load was not the one that was asked for',
    reports: [report(1, [{}], { sessions: { ...noSessions(), dropped: 3 } }), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [
      /^the load fell short of its schedule: arrivals that the limit of users kept out 3 arrivals, bound 0/,
    ],
  },
  {
    name: 'arrivals were dropped, and a latency is missed: with less load it is missed all the more',
    reports: [report(1, slow, { sessions: { ...noSessions(), dropped: 3 } }), report(2, slow)],
    verdict: 'failed',
    reasons: [MISSED_P95, /^the load fell short of its schedule: arrivals/],
  },
  {
    name: 'there are too few samples',
    reports: [report(1, few), report(2, few)],
    verdict: 'inconclusive',
    reasons: ['p95 < 100 ms: 10 samples are too few: needs 20'],
  },
  {
    name: 'a share was lost, and all is met',
    reports: [report(1, [{}]), report(2, [{}], { finished: false })],
    crowd: { lost: [2] },
    verdict: 'failed',
    reasons: ['share 2 was lost: its worker ended before its participants did'],
  },
  {
    name: 'a share said nothing at all',
    reports: [report(1, [{}])],
    verdict: 'failed',
    reasons: [/^share 2 was lost/],
  },
  {
    name: 'a share never said that it had finished',
    reports: [report(1, [{}]), report(2, [{}], { finished: false })],
    verdict: 'failed',
    reasons: [/^share 2 was lost/],
  },
  {
    name: 'nobody came',
    reports: [],
    crowd: { lost: [1, 2], startedAt: null },
    verdict: 'failed',
    reasons: [/^share 1 was lost/, /^share 2 was lost/, /^missed: p95/, /^missed: error rate/],
  },
  {
    name: 'it was interrupted, whatever the figures say',
    reports: [report(1, slow, { finished: false, elapsedMs: 4000 })],
    crowd: { stopped: 'interrupted' },
    verdict: 'interrupted',
    reasons: ['stopped early: interrupted', MISSED_P95],
  },
  {
    name: 'it was ended early because it was hopeless',
    reports: [report(1, erring), report(2, [{}])],
    crowd: { stopped: 'target "error rate < 1 %" was missed for 5 s' },
    verdict: 'failed',
    reasons: [/^stopped early: target/, MISSED_ERRORS],
  },
  {
    name: 'it was ended early, and all is met until then',
    crowd: { stopped: 'somebody asked for it' },
    verdict: 'inconclusive',
    reasons: ['stopped early: somebody asked for it'],
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
    name: 'no room event arrived, and nobody set a target for them',
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
    name: 'no room event could be judged, since the connections were lost: longer sessions would not help',
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
    name: 'no session completed, and calls failed as events did: the calls are the cause',
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
      /^no session completed: 2 started, 2 were cut short; most failed for 10 × meeting\.get http 500$/,
    ],
  },
  {
    name: 'fewer users were there than were asked for',
    reports: [report(1, [{}]), report(2, [])].map((one) => ({
      ...one,
      timings: { ...one.timings, windows: one.timings.windows.map((window) => ({ ...window, users: 2 })) },
    })),
    verdict: 'inconclusive',
    reasons: ['4 of 6 users were reached: raise TEST_DURATION, or look for sessions that ended early'],
  },
  {
    name: 'a target of the user for room events is missed',
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
    reasons: ['missed: events lost < 1 % (40.00 %, 40 of 100 room events)'],
  },
  {
    name: 'lost connections are missed, and the generator was blocked: it may have answered the pings too late',
    reports: [
      report(1, [{}, { name: 'socket.connect', count: 10 }], { ...blocked, drops: { 'ping timeout': 3 } }),
      report(2, [{}]),
    ],
    targets: 'connections lost <= 1 %',
    verdict: 'inconclusive',
    reasons: ['missed: connections lost <= 1 % (30.00 %, 3 of 10 connections)', BLOCKED],
  },
  {
    name: 'lost connections are missed, and nothing kept the generator from its pings: they are the service’s',
    reports: [
      report(1, [{}, { name: 'socket.connect', count: 10 }], { drops: { 'ping timeout': 3 } }),
      report(2, [{}]),
    ],
    targets: 'connections lost <= 1 %',
    verdict: 'failed',
    reasons: ['missed: connections lost <= 1 % (30.00 %, 3 of 10 connections)'],
  },
  {
    name: 'late events are missed, and the generator was blocked: they were late at the earliest',
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
    reasons: ['missed: events late < 1 % (40.00 %, 40 of 100 room events)'],
  },
  {
    name: 'the service refused to create the meeting: nothing else is said of a crowd that never was',
    reports: [],
    crowd: {
      lost: [1, 2],
      startedAt: null,
      notBegun: 'The service refused to create the meeting: 429. Nothing was loaded.',
    },
    verdict: 'failed',
    reasons: ['The service refused to create the meeting: 429. Nothing was loaded.'],
  },
  { name: 'there is no target', targets: '', verdict: 'inconclusive', reasons: ['no target was judged'] },
];

test.describe('the verdict when', () => {
  for (const { name, reports = fine(), crowd, targets, verdict, reasons } of cases) {
    test(`${name}: ${verdict}`, () => {
      const summary = summaryOf(record(reports, crowd), targets);
      expect(summary.verdict).toBe(verdict);
      expect(summary.reasons).toEqual(
        reasons.map((reason) => (typeof reason === 'string' ? reason : expect.stringMatching(reason))),
      );
    });
  }
});

test.describe('the verdict of a run that was compared with the past', () => {
  const comparison = {
    schema: 'fullhouse/comparison/1' as const,
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
    says: 'meeting.get p50 was 10 ms and is 20 ms',
  };
  const unreadable = 'Not compared with the baseline: load-x.json cannot be read (it is no JSON).';
  const compared = (over: object, reports = fine()) =>
    summarise({ ...record(reports), ...circumstances(), comparison: { ...comparison, ...over } });

  test('as fast as before: passed', () => {
    expect(compared({})).toMatchObject({ verdict: 'passed', reasons: [] });
  });

  test('slower: failed', () => {
    expect(compared({ regressions: [slower] })).toMatchObject({ verdict: 'failed', reasons: [slower.says] });
  });

  test('a baseline that cannot be read: inconclusive, and it is named', () => {
    expect(compared({ notCompared: unreadable })).toMatchObject({
      verdict: 'inconclusive',
      reasons: [unreadable],
    });
  });

  test('a missed target fails the run all the same', () => {
    const reports = [report(1, slow), report(2, slow)];
    expect(compared({ notCompared: unreadable }, reports)).toMatchObject({
      verdict: 'failed',
      reasons: [MISSED_P95, unreadable],
    });
  });
});
