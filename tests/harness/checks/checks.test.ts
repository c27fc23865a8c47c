import { expect, test } from '@playwright/test';
import {
  acknowledgedIsDone,
  adviceFitsContract,
  capacityIsExact,
  delaysFitPolicy,
  dropsAreNoticed,
  gapsAreFollowedByResync,
  ghostsAreRemoved,
  limitIsPerUser,
  noEventLost,
  noEventTwice,
  nothingTwiceApplied,
  noUserTwice,
  orderIsKept,
  reconnectStateIsFresh,
  rosterIsTrue,
  viewsAgree,
} from '../../../src/checks/catalogue.ts';
import type { NamedCheck } from '../../../src/checks/check.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { fromNdjson, toNdjson } from '../../../src/checks/ledger.ts';
import { socketIoDefaults } from '../../../src/meetings/reconnect-policy.ts';
import { History } from './history.ts';

const history = () => new History();
const inRoom = () =>
  history().call('watcher', 'meeting.join').call('watcher', 'room.enter').call('a', 'meeting.join');

/** Each check with a history that passes and histories that fail. */
const table: { named: NamedCheck; good: History; bad: Record<string, { in: History; says: RegExp }> }[] = [
  {
    named: rosterIsTrue(),
    good: history()
      .call('a', 'meeting.join')
      .call('b', 'meeting.join')
      .call('b', 'meeting.leave')
      .call('c', 'meeting.join', 'timeout')
      .state('h', 'service', 'a c'),
    bad: {
      'a ghost': {
        in: history().call('a', 'meeting.join').call('a', 'meeting.leave').state('h', 'service', 'a'),
        says: /a is gone.*ghost/,
      },
      'a lost participant': {
        in: history().call('a', 'meeting.join').state('h', 'service', ''),
        says: /a is in the meeting, but not/,
      },
      'a stranger': {
        in: history().call('a', 'meeting.join').state('h', 'service', 'a x'),
        says: /x is in the roster, but never joined/,
      },
      'a vanished participant in the roster': {
        in: history().call('a', 'meeting.join').mark('vanished', 'a').state('h', 'service', 'a'),
        says: /ghost/,
      },
      'a participant who stays after a repeated leave': {
        in: history()
          .call('a', 'meeting.join')
          .call('a', 'meeting.leave', 'timeout')
          .call('a', 'meeting.leave')
          .state('h', 'service', 'a'),
        says: /ghost/,
      },
    },
  },
  {
    named: noUserTwice(),
    good: history().state('h', 'service', 'a b').state('a', 'reconnect', 'a b'),
    bad: {
      'a duplicate row': {
        in: history().state('h', 'service', 'a b a'),
        says: /a is in the roster more than once/,
      },
      'a duplicate row on reconnect': {
        in: history().state('a', 'reconnect', 'b b'),
        says: /b is in the roster/,
      },
    },
  },
  {
    named: noEventTwice(),
    good: inRoom().received('watcher', 'hand-raised', 'a', '1').received('watcher', 'hand-raised', 'a', '2'),
    bad: {
      'an event delivered twice': {
        in: inRoom()
          .received('watcher', 'hand-raised', 'a', '1')
          .received('watcher', 'hand-raised', 'a', '1'),
        says: /saw hand-raised of a twice/,
      },
    },
  },
  {
    named: noEventLost({ graceMs: 100 }),
    good: inRoom().received('watcher', 'participant-joined', 'a', '1').later(200).mark('settled'),
    bad: {
      'an event that never came': {
        in: inRoom().later(200).mark('settled'),
        says: /watcher missed 1 of 1 × participant-joined a/,
      },
      'one missing event of two': {
        in: inRoom()
          .received('watcher', 'participant-joined', 'a', '1')
          .call('a', 'meeting.leave')
          .received('watcher', 'participant-left', 'a', '2')
          .call('a', 'meeting.join')
          .later(200)
          .mark('settled'),
        says: /missed 1 of 2/,
      },
    },
  },
  {
    named: orderIsKept(),
    good: inRoom()
      .received('watcher', 'hand-raised', 'a', '1')
      .received('watcher', 'hand-raised', 'b', '0')
      .received('watcher', 'hand-lowered', 'a', '2'),
    bad: {
      'two events swapped': {
        in: inRoom()
          .received('watcher', 'hand-lowered', 'a', '2')
          .received('watcher', 'hand-raised', 'a', '1'),
        says: /after hand-lowered/,
      },
    },
  },
  {
    named: acknowledgedIsDone(),
    good: history()
      .call('a', 'hand.raise')
      .call('b', 'hand.raise')
      .call('b', 'hand.lower', 'reset')
      .call('c', 'hand.raise')
      .received('watcher', 'participant-left', 'c', '1')
      .state('h', 'service', 'a! b! c'),
    bad: {
      'a hand that is down after another participant left': {
        in: history()
          .call('a', 'hand.raise')
          .received('watcher', 'participant-left', 'b', '1')
          .state('h', 'service', 'a'),
        says: /hand of a is down, but the last acknowledged call put it up/,
      },
      'a lost hand that was raised after the return': {
        in: history()
          .call('a', 'hand.raise')
          .received('watcher', 'participant-left', 'a', '1')
          .call('a', 'hand.raise')
          .state('h', 'service', 'a'),
        says: /hand of a is down, but the last acknowledged call put it up/,
      },
      'an acknowledged call that did nothing': {
        in: history().call('a', 'hand.raise').state('h', 'service', 'a'),
        says: /hand of a is down, but the last acknowledged call put it up/,
      },
      'an old call that won over a newer one': {
        in: history().call('a', 'hand.raise').call('a', 'hand.lower').state('h', 'service', 'a!'),
        says: /hand of a is up, but the last acknowledged call put it down/,
      },
    },
  },
  {
    named: nothingTwiceApplied(),
    good: inRoom()
      .call('a', 'hand.raise')
      .received('watcher', 'hand-raised', 'a', '1')
      .call('a', 'hand.raise', 'timeout')
      .received('watcher', 'hand-raised', 'a', '2'),
    bad: {
      'two events for one call': {
        in: inRoom()
          .call('a', 'hand.raise')
          .received('watcher', 'hand-raised', 'a', '1')
          .received('watcher', 'hand-raised', 'a', '2'),
        says: /received 2 × hand-raised of a for 1 call/,
      },
      'an event for a refused call': {
        in: inRoom().call('a', 'hand.raise', 'http 403').received('watcher', 'hand-raised', 'a', '1'),
        says: /for 0 calls/,
      },
    },
  },
  {
    named: viewsAgree(),
    good: history().state('h', 'service', 'a b!').state('a', 'view', 'b! a'),
    bad: {
      'a participant missing from a view': {
        in: history().state('h', 'service', 'a b').state('a', 'view', 'a'),
        says: /a does not see b/,
      },
      'a ghost in a view': {
        in: history().state('h', 'service', 'a').state('a', 'view', 'a b'),
        says: /a sees b, who is not there/,
      },
      'a stale hand in a view': {
        in: history().state('h', 'service', 'a!').state('b', 'view', 'a'),
        says: /hand of a down, but it is up/,
      },
    },
  },
  {
    named: ghostsAreRemoved({ withinMs: 1000 }),
    good: inRoom().mark('vanished', 'a').later(500).received('watcher', 'participant-left', 'a', '1'),
    bad: {
      'a ghost that is never removed': {
        in: inRoom().mark('vanished', 'a').later(5000),
        says: /no event reported it/,
      },
      'a ghost that is removed too late': {
        in: inRoom().mark('vanished', 'a').later(2000).received('watcher', 'participant-left', 'a', '1'),
        says: /ghost for 200\d ms/,
      },
    },
  },
  {
    named: capacityIsExact({ limit: 2 }),
    good: history()
      .call('a', 'meeting.join')
      .call('b', 'meeting.join')
      .call('c', 'meeting.join', 'http 403')
      .state('h', 'service', 'a b'),
    bad: {
      'one participant over the limit': {
        in: history().call('a', 'meeting.join').call('b', 'meeting.join').call('c', 'meeting.join'),
        says: /3 were admitted/,
      },
      'a roster over the limit': {
        in: history().call('a', 'meeting.join').call('b', 'meeting.join').state('h', 'service', 'a b c'),
        says: /roster had 3/,
      },
      'a refused join when a seat is free': {
        in: history().call('a', 'meeting.join').call('b', 'meeting.join', 'http 403'),
        says: /1 user refused although only 1 of 2/,
      },
    },
  },
  {
    named: reconnectStateIsFresh(),
    good: history()
      .state('a', 'reconnect', 'b')
      .mark('settled')
      .state('a', 'reconnect', 'a b')
      .state('h', 'service', 'a b'),
    bad: {
      'a stale answer after a reconnect': {
        in: history().mark('settled').state('a', 'reconnect', 'a').state('h', 'service', 'a b'),
        says: /a does not see b/,
      },
    },
  },
  {
    named: gapsAreFollowedByResync(),
    good: history()
      .socket('a', 'disconnected')
      .socket('a', 'connected')
      .call('a', 'room.enter')
      .call('a', 'meeting.reconnect')
      // A connection that is lost at the end may have no time to return.
      .later(5001)
      .socket('a', 'disconnected')
      .later(4900)
      .mark('end'),
    bad: {
      'a client that does not enter the room again': {
        in: history()
          .socket('a', 'disconnected')
          .later(5001)
          .socket('a', 'connected')
          .call('a', 'meeting.reconnect'),
        says: /did not enter the room again/,
      },
      'a client that does not request the state': {
        in: history().socket('a', 'disconnected').call('a', 'room.enter').later(5001).mark('end'),
        says: /did not request the state/,
      },
      'a client that enters the room twice': {
        in: history()
          .socket('a', 'disconnected')
          .call('a', 'room.enter')
          .call('a', 'room.enter')
          .call('a', 'meeting.reconnect'),
        says: /2 times/,
      },
    },
  },
  {
    named: delaysFitPolicy({ policy: socketIoDefaults, lateMs: 20 }),
    good: history()
      .socket('a', 'disconnected')
      .later(980)
      .socket('a', 'attempt')
      .socket('a', 'failed')
      .later(2100)
      .socket('a', 'attempt'),
    bad: {
      'a client that retries at once': {
        in: history().socket('a', 'disconnected').later(3).socket('a', 'attempt'),
        says: /a waited 3 ms before attempt 1/,
      },
      'a delay that the policy cannot draw': {
        in: history().socket('a', 'disconnected').later(1030).socket('a', 'attempt'),
        says: /1030 ms/,
      },
      'a second delay that is not doubled': {
        in: history()
          .socket('a', 'disconnected')
          .later(980)
          .socket('a', 'attempt')
          .socket('a', 'failed')
          .later(980)
          .socket('a', 'attempt'),
        says: /980 ms before attempt 2/,
      },
    },
  },
  {
    named: dropsAreNoticed({ promptMs: 100, silentMs: 2000, halfOpenUpMs: 3000 }),
    good: history()
      .mark('drop', { who: 'a', kind: 'stall' })
      .later(1500)
      .socket('a', 'disconnected', 'ping timeout')
      .mark('drop', { who: 'b', kind: 'reset' })
      .socket('b', 'disconnected', 'transport close'),
    bad: {
      'a stall that the client never notices': {
        in: history().mark('drop', { who: 'a', kind: 'stall' }).later(9000),
        says: /a never noticed the drop: stall/,
      },
      'a drop that is noticed too late': {
        in: history()
          .mark('drop', { who: 'a', kind: 'close' })
          .later(500)
          .socket('a', 'disconnected', 'transport close'),
        says: /a noticed close after 500 ms, the limit is 100 ms/,
      },
      'a wrong disconnect reason': {
        in: history()
          .mark('drop', { who: 'a', kind: 'stall' })
          .socket('a', 'disconnected', 'io server disconnect'),
        says: /got the reason "io server disconnect" for stall, not "ping timeout"/,
      },
    },
  },
  {
    named: limitIsPerUser({ who: 'a' }),
    good: history()
      .call('a', 'meeting.join', 'rate limited', { answer: { retryAfter: '30' } })
      .call('b', 'meeting.join'),
    bad: {
      'a rate limit that users share': {
        in: history().call('b', 'meeting.join', 'rate limited', { answer: { retryAfter: '30' } }),
        says: /b was rate limited by the calls of a/,
      },
      'a rate limit without a time to wait': {
        in: history().call('a', 'meeting.join', 'rate limited'),
        says: /was "undefined"/,
      },
    },
  },
  {
    named: adviceFitsContract(),
    good: history().call('a', 'network.report', 'ok', {
      input: { quality: 'good', rtt: 100, packetLoss: 70, bandwidth: 600 },
      answer: { enableAudioPriority: true, recommendedBitrate: 1000, packetLossAcceptable: true },
    }),
    bad: {
      'advice that accepts more than 70% loss': {
        in: history().call('a', 'network.report', 'ok', {
          input: { quality: 'bad', rtt: 100, packetLoss: 71, bandwidth: 600 },
          answer: { enableAudioPriority: true, recommendedBitrate: 200, packetLossAcceptable: true },
        }),
        says: /packetLossAcceptable is true and not false/,
      },
      'advice with the wrong bitrate': {
        in: history().call('a', 'network.report', 'ok', {
          input: { quality: 'good', rtt: 10, packetLoss: 0, bandwidth: 600 },
          answer: { enableAudioPriority: false, recommendedBitrate: 2000, packetLossAcceptable: true },
        }),
        says: /recommendedBitrate is 2000 and not 1000/,
      },
    },
  },
];

test.describe('checks over the ledger', () => {
  for (const { named, good, bad } of table) {
    test(`${named.name}: passes a correct history, and is inconclusive on an empty one`, () => {
      expect(judgeHistory(named, good.entries)).toMatchObject({ verdict: 'passed', evidence: [] });
      expect(judgeHistory(named, [])).toMatchObject({ verdict: 'inconclusive' });
    });

    for (const [defect, { in: history, says }] of Object.entries(bad)) {
      test(`${named.name}: finds ${defect}`, () => {
        const { verdict, evidence } = judgeHistory(named, history.entries);
        expect({ verdict, evidence }).toEqual({ verdict: 'failed', evidence: [expect.stringMatching(says)] });
        // The verdict is the same after the history was written to a file and read.
        expect(judgeHistory(named, fromNdjson(toNdjson(history.entries)))).toMatchObject({
          verdict,
          evidence,
        });
      });
    }
  }

  test('refuses an unknown check, and lists the known ones', () => {
    expect(() => judgeHistory({ name: 'all is well' as never }, [])).toThrow(
      'Unknown check "all is well". Use one of: ',
    );
  });
});
