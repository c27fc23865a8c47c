import { expect, test } from '@playwright/test';
import {
  acknowledgedIsDone,
  noEventTwice,
  noUserTwice,
  reconnectStateIsFresh,
  rosterIsTrue,
  viewsAgree,
} from '../../../src/checks/catalogue.ts';
import { verdictOver } from '../../../src/checks/check.ts';
import { judgeHistory, together } from '../../../src/checks/judge.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import { History } from './history.ts';

const arrived = () =>
  new History().call('host', 'meeting.create').call('a', 'meeting.join').call('a', 'hand.raise');

test.describe('a service that returns no roster', () => {
  for (const check of [rosterIsTrue, noUserTwice, viewsAgree, acknowledgedIsDone, reconnectStateIsFresh]) {
    test(`${check.checkName}: is not applicable without a roster, and judges a reported one`, () => {
      const silent = arrived()
        .mark('settled')
        .stateWithoutRoster('a', 'reconnect')
        .stateWithoutRoster('host', 'service');
      silent.state('a', 'view', 'host a!');
      expect(judgeHistory(check(), silent.entries)).toEqual({
        check: expect.any(String),
        about: check.about,
        verdict: 'not applicable',
        message: 'the service returns no roster',
        evidence: [],
      });
      const reported = arrived()
        .mark('settled')
        .state('a', 'reconnect', 'host a!')
        .state('host', 'service', 'host a!');
      reported.state('a', 'view', 'host a!');
      expect(judgeHistory(check(), reported.entries).verdict).toBe('passed');
    });

    test(`${check.checkName}: judges an empty roster`, () => {
      const empty = arrived().mark('settled').state('a', 'reconnect', 'host a!').state('host', 'service', '');
      empty.state('a', 'view', 'host a!');
      expect(judgeHistory(check(), empty.entries).verdict).not.toBe('not applicable');
    });
  }

  test('leaves the roster check inconclusive when no roster was requested', () => {
    expect(judgeHistory(rosterIsTrue(), arrived().entries).verdict).toBe('inconclusive');
  });
});

test('raised hands that a service does not report are not compared', () => {
  const ledger = new Ledger(() => 0);
  const row = { userId: 'a' };
  ledger.invoke({ who: 'a', op: 'meeting.join' })('ok');
  ledger.invoke({ who: 'a', op: 'hand.raise' })('ok');
  ledger.add({
    who: 'a',
    type: 'state',
    source: 'view',
    state: { status: 'active', roster: [{ ...row, handRaised: true }] },
  });
  ledger.add({ who: 'host', type: 'state', source: 'service', state: { status: 'active', roster: [row] } });
  expect(judgeHistory(viewsAgree(), ledger.entries).verdict).toBe('passed');
  expect(judgeHistory(acknowledgedIsDone(), ledger.entries)).toMatchObject({
    verdict: 'not applicable',
    message: 'the service does not report raised hands',
  });
});

test.describe('events with timestamps in whole seconds', () => {
  const at = '2026-11-29T10:00:00Z';
  const twice = (history: History) => judgeHistory(noEventTwice(), history.entries).verdict;

  test('takes two raised hands with a lowered one between as two events', () => {
    const history = new History()
      .received('w', 'hand-raised', 'a', at)
      .received('w', 'hand-lowered', 'a', at)
      .received('w', 'hand-raised', 'a', at);
    expect(twice(history)).toBe('passed');
  });

  test('reports two raised hands with nothing between as a duplicate', () => {
    expect(
      twice(new History().received('w', 'hand-raised', 'a', at).received('w', 'hand-raised', 'a', at)),
    ).toBe('failed');
  });

  /** `a` joins, leaves and joins again within a second; the observer receives these events. */
  const twiceInASecond = (...heard: string[]) => {
    const history = new History()
      .call('a', 'meeting.join')
      .call('a', 'meeting.leave')
      .call('a', 'meeting.join');
    for (const event of heard) history.received('w', event, 'a', at);
    return judgeHistory(noEventTwice(), history.entries);
  };

  test('accepts two joins when the event between them was lost', () => {
    expect(twiceInASecond('participant-joined', 'participant-joined').verdict).toBe('passed');
  });

  test('reports one duplicate when there is one event more than calls', () => {
    const joined = Array<string>(3).fill('participant-joined');
    expect(twiceInASecond(...joined)).toMatchObject({
      verdict: 'failed',
      evidence: [expect.stringMatching(/twice/)],
    });
  });

  test('reports a duplicate when the second call was rate limited', () => {
    const history = new History().call('a', 'meeting.join').call('a', 'meeting.join', 'rate limited');
    history.received('w', 'participant-joined', 'a', at).received('w', 'participant-joined', 'a', at);
    expect(twice(history)).toBe('failed');
  });

  test('ignores repeated events that no other event undoes', () => {
    const history = new History()
      .received('w', 'participant-reconnected', 'a', at)
      .received('w', 'participant-reconnected', 'a', at)
      .received('w', 'hand-raised', 'a', at);
    expect(twice(history)).toBe('passed');
  });

  test('reports repeated events with equal fine timestamps', () => {
    const fine = '2026-11-29T10:00:00.123Z';
    const history = new History()
      .received('w', 'participant-reconnected', 'a', fine)
      .received('w', 'participant-reconnected', 'a', fine);
    expect(twice(history)).toBe('failed');
  });
});

test('a check that is not applicable does not change the verdict of the others', () => {
  expect(verdictOver(['passed', 'not applicable'])).toBe('passed');
  expect(verdictOver(['not applicable', 'failed'])).toBe('failed');
  expect(verdictOver(['not applicable', 'inconclusive'])).toBe('inconclusive');
  expect(verdictOver(['not applicable'])).toBe('not applicable');
  expect(verdictOver([])).toBe('inconclusive');
  const finding = (verdict: 'passed' | 'not applicable') => ({
    check: verdict,
    verdict,
    message: 's',
    evidence: [],
  });
  expect(together([finding('passed'), finding('not applicable')])).toMatchObject({
    verdict: 'passed',
    message: '1 of 1 checks hold, 1 not applicable (s)',
  });
});
