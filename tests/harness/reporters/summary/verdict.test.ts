import { expect, test } from '@playwright/test';
import type { CrowdRecord } from '../../../../src/crowd/coordinator/messages.ts';
import { noSessions } from '../../../../src/crowd/run-share.ts';
import type { ShareReport } from '../../../../src/crowd/share-report.ts';
import type { Summary } from '../../../../src/reporters/summary/schema.ts';
import { health } from '../../crowd/share-reports.ts';
import { fine, record, report, summaryOf } from './crowd-records.ts';

interface Case {
  readonly name: string;
  readonly reports?: readonly ShareReport[];
  readonly crowd?: Partial<CrowdRecord>;
  readonly targets?: string;
  readonly verdict: Summary['verdict'];
  readonly reasons: readonly (string | RegExp)[];
}

const breathless = { health: health({ cpuPeak: 1.4 }) };
const outOfBreath = /^the generator: CPU of the busiest worker 1.4 cores, bound 0.95 cores\. Spread/;
const slow = [{ latencyMs: 900 }];
const erring = [{}, { outcome: 'http 500' as const, count: 10 }];
const few = [{ count: 5 }];

const cases: Case[] = [
  { name: 'everything is fine', verdict: 'passed', reasons: [] },
  {
    name: 'a latency is missed',
    reports: [report(1, slow), report(2, slow)],
    verdict: 'failed',
    reasons: ['missed: p95 < 100 ms'],
  },
  {
    name: 'an error rate is missed',
    reports: [report(1, erring), report(2, [{}])],
    verdict: 'failed',
    reasons: ['missed: error rate < 1 %'],
  },
  {
    name: 'the generator was out of breath, and all is met',
    reports: [report(1, [{}], breathless), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [outOfBreath],
  },
  {
    name: 'the generator was out of breath, and a latency is missed: nobody knows whose it is',
    reports: [report(1, slow, breathless), report(2, slow)],
    verdict: 'inconclusive',
    reasons: ['missed: p95 < 100 ms', outOfBreath],
  },
  {
    name: 'the generator was out of breath, and an error rate is missed: errors are the service’s',
    reports: [report(1, erring, breathless), report(2, [{}])],
    verdict: 'failed',
    reasons: ['missed: error rate < 1 %', outOfBreath],
  },
  {
    name: 'the generator was out of breath, and there is no data',
    reports: [report(1, [{ outcome: 'timeout' }], breathless)],
    crowd: { expected: [1] },
    targets: 'p95 < 100 ms',
    verdict: 'failed',
    reasons: [/^missed: p95 < 100 ms \(no successful call/, outOfBreath],
  },
  {
    name: 'arrivals were dropped, and all is met: the load was not the one that was asked for',
    reports: [report(1, [{}], { sessions: { ...noSessions(), dropped: 3 } }), report(2, [{}])],
    verdict: 'inconclusive',
    reasons: [/^the generator: arrivals that the limit of users kept out 3 arrivals, bound 0/],
  },
  {
    name: 'arrivals were dropped, and a latency is missed: with less load it is missed all the more',
    reports: [report(1, slow, { sessions: { ...noSessions(), dropped: 3 } }), report(2, slow)],
    verdict: 'failed',
    reasons: ['missed: p95 < 100 ms', /^the generator: arrivals/],
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
    reasons: ['stopped early: interrupted', 'missed: p95 < 100 ms'],
  },
  {
    name: 'it was ended early because it was hopeless',
    reports: [report(1, erring), report(2, [{}])],
    crowd: { stopped: 'target "error rate < 1 %" was missed for 5 s' },
    verdict: 'failed',
    reasons: [/^stopped early: target/, 'missed: error rate < 1 %'],
  },
  {
    name: 'it was ended early, and all is met until then',
    crowd: { stopped: 'somebody asked for it' },
    verdict: 'inconclusive',
    reasons: ['stopped early: somebody asked for it'],
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
