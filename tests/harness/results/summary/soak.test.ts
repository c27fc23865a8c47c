import { expect, test } from '@playwright/test';
import { reasonText } from '../../../../src/history/reason.ts';
import type { SoakEvidence } from '../../../../src/results/evidence/read.ts';
import { summariseSoak } from '../../../../src/results/summary/soak.ts';
import { roundText } from '../../../../src/results/summary/soak-rounds.ts';
import { soakSummarySchema } from '../../../../src/results/summary/soak-schema.ts';
import { health } from '../../crowd/slice-reports.ts';
import { minute, soaked, soakRound } from '../soak-rounds.ts';
import { circumstances, report } from './crowd-records.ts';

const summaryOf = (evidence: SoakEvidence) => summariseSoak(evidence, circumstances().facts);

test('a soak whose metrics stay flat has passed, and its counts are the sums of its rounds', () => {
  const summary = summaryOf(soaked());
  expect(summary.reasons).toEqual([]);
  expect(summary.verdict).toBe('passed');
  expect(summary.answer.sentence).toMatch(
    /^PASSED: all \d+ metrics stayed flat over 12 rounds with 72 sessions\.$/,
  );
  expect(summary.totals).toMatchObject({ total: 12 * 1200, failed: 0, perSecond: 20 });
  expect(summary.operations['meeting.join']).toMatchObject({ total: 12 * 200 });
  expect(summary.rounds).toHaveLength(12);
  expect(summary.rounds[3]).toMatchObject({ number: 4, fromS: 300, workedS: 60, restedS: 40, calls: 1200 });
  expect(summary.run.durationS).toBe(1200);
});

test('the summary has the shape of its schema', () => {
  const summary = summaryOf(soaked());
  expect(soakSummarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(
    JSON.parse(JSON.stringify(summary)),
  );
});

test('a metric that grows fails the soak, and is the answer', () => {
  const summary = summaryOf(soaked({}, (number) => ({ rest: { socketio_connections: 6 * number } })));
  expect(summary.verdict).toBe('failed');
  expect(summary.reasons[0]).toMatchObject({ kind: 'check failed', subject: 'socketio_connections' });
  expect(summary.answer.sentence).toMatch(/^FAILED: Socket\.IO connections did not return to rest/);
});

test('of many metrics that one leak moves, the cause comes first and the others follow in one reason', () => {
  const summary = summaryOf(
    soaked({}, (number) => ({
      rest: {
        process_open_fds: 6 * number,
        'nodejs_active_handles{type="Socket"}': 6 * number,
        nodejs_active_handles_total: 6 * number,
        socketio_connections: 6 * number,
      },
    })),
  );
  expect(summary.reasons.map(reasonText)).toEqual([
    expect.stringMatching(/^Socket\.IO connections did not return to rest/),
    expect.stringMatching(/^socket handles did not return to rest/),
    '2 other metrics grow too: open file descriptors, active handles of Node.js',
  ]);
});

test('a target is judged over all rounds together', () => {
  // One slow round of twelve: its own P95 misses the target, that of the soak is met.
  const slow = (count: number) =>
    summaryOf(soaked({}, (number) => ({ reports: minute(number > 12 - count ? 300 : 20) })));
  const [p95] = slow(6).targets;
  expect(p95).toMatchObject({ target: 'p95 < 100 ms', state: 'missed', count: 12 * 1200 });
  expect(slow(6).verdict).toBe('failed');
  expect(summaryOf(soaked()).targets.map(({ state }) => state)).toEqual(['met', 'met']);
});

test('a target about a worst window is decided by its worst round', () => {
  const target = 'worst 10 s p95 < 100 ms';
  const soak = soaked({ targets: [{ text: target }] }, (number) => ({
    reports: minute(number === 7 ? 300 : 20),
    targets: target,
  }));
  const [judged] = summaryOf(soak).targets;
  expect(judged).toMatchObject({ state: 'missed', note: expect.stringContaining('round 7') });
});

test('a lost slice fails the soak, with its round', () => {
  const { plan, rounds, samples } = soaked({}, (number) => (number <= 3 ? {} : undefined));
  const lost = rounds.map((round) => (round.number === 3 ? { ...round, isWhole: false, lost: [2] } : round));
  const reason = 'round 3: slice 2 was lost: its worker ended before its participants did';
  const stopped = { reason, isInterrupted: false };
  const summary = summaryOf({ plan: { ...plan, stopped }, rounds: lost, samples });
  expect(summary.verdict).toBe('failed');
  expect(summary.partial).toBe(true);
  expect(summary.reasons.map(reasonText)).toContain('slice 2 was lost in round 3');
});

test('a round that could not begin fails the soak, and is the answer', () => {
  const reason = 'round 4: The service did not create the meeting: connection refused.';
  const stopped = { reason, isInterrupted: false };
  const three = (number: number) => (number <= 3 ? {} : undefined);
  const summary = summaryOf(soaked({ stopped, notBegun: reason }, three));
  expect(summary.verdict).toBe('failed');
  expect(summary.reasons[0]!.kind).toBe('not started');
  expect(summary.answer.sentence).toMatch(
    /^FAILED: the soak ended early: round 4: The service did not create/,
  );
  expect(summary.reasons.map(({ kind }) => kind)).not.toContain('stopped early');
  // Other early ends, such as a missed target with ABORT_ON_FAIL, say nothing about a begin.
  const kinds = summaryOf(soaked({ stopped }, three)).reasons.map(({ kind }) => kind);
  expect(kinds).toContain('stopped early');
  expect(kinds).not.toContain('not started');
});

test('an interrupted soak keeps its rounds and gets no verdict', () => {
  const stopped = { reason: 'the main process of the run was killed', isInterrupted: true };
  const summary = summaryOf(soaked({ stopped }, (number) => (number <= 3 ? {} : undefined)));
  expect(summary.verdict).toBe('interrupted');
  expect(summary.rounds).toHaveLength(3);
  expect(summary.answer.sentence).toMatch(/^INTERRUPTED after 5:00: /);
});

test('a soak without metrics is inconclusive, and says why', () => {
  const unmeasured = ['the service publishes no metrics at /metrics'];
  const { plan, rounds } = soaked({ unmeasured });
  const bare = rounds.map((round) => ({ ...round, rest: null, blocks: [] }));
  const summary = summaryOf({ plan: { ...plan, before: null }, rounds: bare, samples: [] });
  expect(summary.verdict).toBe('inconclusive');
  expect(summary.answer.sentence).toContain('publishes no metrics at /metrics');
});

test('a soak that is too short is inconclusive', () => {
  const summary = summaryOf(
    soaked({ rounds: 3, forMs: 300_000 }, (number) => ({ rest: { socketio_connections: number } })),
  );
  expect(summary.verdict).toBe('inconclusive');
  expect(summary.reasons.map(({ kind }) => kind)).toContain('check inconclusive');
});

test('a soak without a round has failed', () => {
  const summary = summaryOf(soaked({}, () => undefined));
  expect(summary.verdict).toBe('failed');
  expect(summary.reasons[0]).toEqual({ kind: 'not started', message: 'no round was finished' });
});

test('an overloaded load generator is named once, with the number of its rounds', () => {
  const overloaded = [1, 2].map((slice) =>
    report(slice, [{ count: 590 }], { elapsedMs: 60_000, health: health({ startSkewMs: 5000 }) }),
  );
  const busyIn = (count: number) =>
    summaryOf(soaked({}, (number) => (number > 12 - count ? { reports: overloaded } : {})));
  // A busy moment changes nothing.
  expect(busyIn(2).verdict).toBe('passed');
  const summary = busyIn(4);
  const generator = summary.reasons.filter(({ kind }) => kind === 'load generator');
  expect(generator).toHaveLength(1);
  expect(generator[0]!.message).toContain('in 4 of 12 rounds');
  expect(summary.verdict).toBe('inconclusive');
});

test('the line of a round has its sessions, failures and P95', () => {
  expect(roundText(soakRound(3), 12)).toBe('round 3 of 12: 6 sessions, 0 failed, p95 20 ms');
});
