import { expect, test } from '@playwright/test';
import {
  adviceFitsContract,
  changesAlternate,
  noEventLost,
  nothingSucceeds,
  noUserTwice,
  operationsComplete,
  rosterIsTrue,
} from '../../../src/checks/catalogue.ts';
import type { NamedCheck } from '../../../src/checks/check.ts';
import { evidenceLines } from '../../../src/checks/evidence.ts';
import { allOfThese, judgeHistory } from '../../../src/checks/judge.ts';
import { type MarkedWindow, undertakings, within } from '../../../src/checks/operations.ts';
import { binomialTail } from '../../../src/checks/operations-complete.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { History } from './history.ts';

const DURING: MarkedWindow = ['begins', 'ends'];
const history = () => new History();
const damaged = () => history().mark('begins');

/** `count` users raise their hand; the first `unanswered` of them get no answer. */
function hands(count: number, unanswered: number, ending: Outcome = 'timeout'): History {
  const made = damaged();
  for (let user = 0; user < count; user++)
    made.call(`u${user}`, 'hand.raise', user < unanswered ? ending : 'ok');
  return made.mark('ends');
}
const everybody = Array.from({ length: 200 }, (_, user) => `u${user}`);

const complete = (
  more: {
    expectedShare?: number | null;
    tolerated?: string[];
    withinMs?: number;
    idleCloseMs?: number | null;
  } = {},
) => operationsComplete({ who: everybody, during: DURING, withinMs: 1000, ...more });

/** Each check with histories that pass and histories that fail. */
const table: {
  named: NamedCheck;
  good: Record<string, History>;
  bad: Record<string, { in: History; says: RegExp }>;
}[] = [
  {
    named: nothingSucceeds({ who: ['a', 'b'], during: DURING }),
    good: {
      'all calls without an answer': damaged()
        .call('a', 'hand.raise', 'timeout')
        .call('b', 'meeting.join', 'timeout')
        .mark('ends'),
      'successes of other users': damaged()
        .call('a', 'hand.raise', 'timeout')
        .call('c', 'hand.raise')
        .received('c', 'hand-raised', 'c', '1'),
      'successes before and after the fault': history()
        .call('a', 'meeting.join')
        .received('c', 'participant-joined', 'a', '1')
        .mark('begins')
        .call('a', 'hand.raise', 'timeout')
        .mark('ends')
        .call('a', 'meeting.get')
        .received('c', 'hand-raised', 'a', '2'),
    },
    bad: {
      'an answered call': {
        in: damaged().call('a', 'hand.raise').mark('ends'),
        says: /^hand.raise of a was answered/,
      },
      'a refused call': {
        in: damaged().call('a', 'hand.raise', 'http 403').mark('ends'),
        says: /hand.raise of a was answered/,
      },
      'an unanswered call that took effect': {
        in: damaged().call('a', 'hand.raise', 'timeout').received('c', 'hand-raised', 'a', '1'),
        says: /c received hand-raised of a/,
      },
      'an event that arrived': {
        in: damaged().call('a', 'hand.raise', 'timeout').received('a', 'hand-raised', 'c', '1'),
        says: /hand-raised reached a/,
      },
    },
  },
  {
    named: complete(),
    good: {
      'operations that are all done': hands(3, 0),
      'an operation that is done at the third call': damaged()
        .call('u1', 'hand.raise', 'timeout')
        .call('u1', 'hand.raise', 'timeout')
        .call('u1', 'hand.raise'),
      'failures of other users and at other times': history()
        .call('u1', 'hand.raise', 'timeout')
        .mark('begins')
        .call('x', 'hand.raise', 'timeout')
        .call('u1', 'hand.raise')
        .mark('ends')
        .call('u1', 'meeting.get', 'timeout'),
    },
    bad: {
      'an operation without an answer': {
        in: hands(3, 1),
        says: /^hand.raise of u0 had no answer to 1 call$/,
      },
      'an operation that was given up': {
        in: damaged().call('u1', 'meeting.join', 'timeout').call('u1', 'meeting.join', 'timeout'),
        says: /^meeting.join of u1 had no answer to 2 calls$/,
      },
      'an operation that took too long': {
        in: damaged().call('u1', 'hand.raise', 'timeout').later(1000).call('u1', 'hand.raise'),
        says: /^hand.raise of u1 took 100\d ms$/,
      },
      'an operation that failed for another reason': {
        in: hands(3, 1, 'http 500'),
        says: /^hand.raise of u0 ended with http 500$/,
      },
      'a rate-limited operation': { in: hands(3, 1, 'rate limited'), says: /ended with rate limited/ },
    },
  },
  {
    named: complete({ expectedShare: 0.8 }),
    good: {
      'as many operations as expected': hands(200, 40),
      'a few more operations than expected': hands(200, 25),
      'a few fewer operations than expected': hands(200, 55),
    },
    bad: {
      'far fewer operations than the loss explains': {
        in: hands(200, 80),
        says: /fewer operations are done than the loss explains/,
      },
      'the expected number of failures, for another reason': {
        in: hands(200, 40, 'reset'),
        says: /ended with reset/,
      },
    },
  },
  {
    named: complete({ expectedShare: null, tolerated: ['rate limited'] }),
    good: {
      'operations of which none is done in time': hands(5, 5),
      'rate-limited operations': hands(5, 2, 'rate limited'),
    },
    bad: { 'a failure for another reason': { in: hands(5, 1, 'http 500'), says: /ended with http 500/ } },
  },
  {
    named: complete({ idleCloseMs: 5000 }),
    good: {
      'a connection that the service closed after a pause': damaged()
        .call('u1', 'hand.raise')
        .later(5000)
        .call('u1', 'hand.lower', 'reset')
        .call('u2', 'hand.raise'),
    },
    bad: {
      'a reset without a pause': {
        in: damaged().call('u1', 'hand.raise').later(4000).call('u1', 'hand.lower', 'reset'),
        says: /^hand.lower of u1 ended with reset$/,
      },
      'an error after a pause': {
        in: damaged().call('u1', 'hand.raise').later(5000).call('u1', 'hand.lower', 'http 500'),
        says: /^hand.lower of u1 ended with http 500$/,
      },
    },
  },
  {
    named: changesAlternate(),
    good: {
      'a hand that goes up and down': history()
        .received('w', 'hand-raised', 'a', '1')
        .received('w', 'hand-lowered', 'a', '2')
        .received('w', 'hand-raised', 'a', '3'),
      'events of two users at two observers': history()
        .received('w', 'hand-raised', 'a', '1')
        .received('v', 'hand-raised', 'a', '1')
        .received('w', 'hand-raised', 'b', '2'),
      'a user who left with a raised hand': history()
        .received('w', 'hand-raised', 'a', '1')
        .received('w', 'participant-left', 'a', '2')
        .received('w', 'participant-joined', 'a', '3')
        .received('w', 'hand-raised', 'a', '4'),
      'an observer who was disconnected': history()
        .received('w', 'hand-raised', 'a', '1')
        .socket('w', 'disconnected')
        .received('w', 'hand-raised', 'a', '3'),
    },
    bad: {
      'a repeated call that was applied twice': {
        in: history()
          .call('a', 'hand.raise', 'timeout')
          .received('w', 'hand-raised', 'a', '1')
          .call('a', 'hand.raise')
          .received('w', 'hand-raised', 'a', '2'),
        says: /w received hand-raised of a twice, with no opposite event between/,
      },
      'a join that was applied twice': {
        in: history()
          .received('w', 'participant-joined', 'a', '1')
          .received('w', 'participant-joined', 'a', '2'),
        says: /participant-joined of a twice/,
      },
    },
  },
  {
    named: allOfThese({
      title: 'group one',
      idsBegin: 'one-',
      checks: [rosterIsTrue(), noEventLost({ graceMs: 100 })],
    }),
    good: {
      'a group whose neighbour fails': history()
        .call('two-a', 'meeting.join')
        .call('one-w', 'meeting.join')
        .call('one-w', 'room.enter')
        .call('two-a', 'meeting.leave')
        .call('one-a', 'meeting.join')
        .state('two-host', 'service', 'two-a two-b')
        .received('one-w', 'participant-joined', 'one-a', '1')
        .state('one-host', 'service', 'one-w one-a')
        .state('two-host', 'service', 'two-a two-b')
        .later(200)
        .mark('settled'),
    },
    bad: {
      'one failed check of several': {
        in: history()
          .call('one-w', 'meeting.join')
          .call('two-x', 'meeting.join')
          .call('one-w', 'room.enter')
          .call('one-a', 'meeting.join')
          .state('one-host', 'service', 'one-w one-a')
          .later(200)
          .mark('settled'),
        says: /^failed: no event is lost/,
      },
    },
  },
];

test.describe('checks of lossy networks', () => {
  for (const { named, good, bad } of table) {
    const { name } = named;
    for (const [what, made] of Object.entries(good)) {
      test(`${name}: passes ${what} ${shareOf(named)}`.trim(), () => {
        expect(judgeHistory(named, made.entries)).toMatchObject({ verdict: 'passed', evidence: [] });
      });
    }
    for (const [defect, { in: made, says }] of Object.entries(bad)) {
      test(`${name}: finds ${defect} ${shareOf(named)}`.trim(), () => {
        const { verdict, evidence } = judgeHistory(named, made.entries);
        expect(verdict).toBe('failed');
        expect(evidenceLines(evidence)[0]).toMatch(says);
      });
    }
    test(`${name}: is inconclusive on an empty history ${shareOf(named)}`.trim(), () => {
      expect(judgeHistory(named, [])).toMatchObject({ verdict: 'inconclusive' });
    });
  }

  test('is inconclusive when more operations succeed than the network allows', () => {
    expect(judgeHistory(complete({ expectedShare: 0.8 }), hands(200, 5).entries)).toMatchObject({
      verdict: 'inconclusive',
      message: '195 of 200 within 1 s (97.5%), more than the network allows: 80.0%',
    });
  });

  test('gives a group of checks the worst of their verdicts', () => {
    const named = allOfThese({
      title: 'both',
      idsBegin: '',
      checks: [noUserTwice(), adviceFitsContract()],
    });
    expect(judgeHistory(named, history().state('h', 'service', 'a').entries)).toMatchObject({
      check: 'both',
      verdict: 'inconclusive',
      message: '1 of 2 checks hold, but not: the advice fits the contract',
    });
    expect(judgeHistory(named, history().state('h', 'service', 'a a').entries).verdict).toBe('failed');
  });

  test('joins repeated calls into one operation until one is answered', () => {
    const { entries } = damaged()
      .call('a', 'network.report', 'timeout')
      .call('b', 'network.report')
      .call('a', 'network.report')
      .call('a', 'network.report')
      .call('a', 'hand.lower', 'http 403')
      .mark('ends')
      .call('a', 'meeting.leave');
    expect(undertakings(within(entries, DURING), ['a'])).toEqual([
      { who: 'a', op: 'network.report', calls: 2, begunAt: 2, outcome: 'ok', tookMs: 5 },
      { who: 'a', op: 'network.report', calls: 1, begunAt: 8, outcome: 'ok', tookMs: 1 },
      { who: 'a', op: 'hand.lower', calls: 1, begunAt: 10, outcome: 'http 403', tookMs: 1 },
    ]);
    expect(within(entries, ['never', 'ends'])).toEqual([]);
  });

  test('computes tails of the binomial distribution', () => {
    // 1 − 0.7^60, and values of R's pbinom(k - 1, n, p, lower.tail = FALSE).
    expect(1 - binomialTail(60, 0.3, 1)).toBeCloseTo(0.7 ** 60, 12);
    expect(binomialTail(10, 0.5, 8)).toBeCloseTo(0.0546875, 10);
    expect(binomialTail(5, 0.2, 0)).toBe(1);
    expect(binomialTail(5, 0.2, 5)).toBeCloseTo(0.2 ** 5, 12);
    expect(binomialTail(5, 0, 1)).toBe(0);
    expect(binomialTail(5, 1, 5)).toBe(1);
    // Terms that underflow do not make the sum 0.
    expect(binomialTail(20_000, 0.5, 10_000)).toBeCloseTo(0.5, 2);
  });
});

/** Distinguishes the variants of one check. */
function shareOf({ parameters }: NamedCheck): string {
  const { expectedShare, idleCloseMs } = (parameters ?? {}) as {
    expectedShare?: number | null;
    idleCloseMs?: number;
  };
  if (idleCloseMs !== undefined) return `(closed after ${idleCloseMs} ms)`;
  return expectedShare === undefined ? '' : `(expected share ${expectedShare ?? 'unknown'})`;
}
