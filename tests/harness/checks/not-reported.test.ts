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

test.describe('a service that returns no roster has not said that the meeting is empty', () => {
  for (const check of [rosterIsTrue, noUserTwice, viewsAgree, acknowledgedIsDone, reconnectStateIsFresh]) {
    test(`${check.checkName}: not applicable, and judged where there is a roster`, () => {
      const silent = arrived()
        .mark('settled')
        .stateWithoutRoster('a', 'reconnect')
        .stateWithoutRoster('host', 'service');
      silent.state('a', 'view', 'host a!');
      expect(judgeHistory(check(), silent.entries)).toEqual({
        check: expect.any(String),
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

    test(`${check.checkName}: an empty roster is one`, () => {
      const empty = arrived().mark('settled').state('a', 'reconnect', 'host a!').state('host', 'service', '');
      empty.state('a', 'view', 'host a!');
      expect(judgeHistory(check(), empty.entries).verdict).not.toBe('not applicable');
    });
  }

  test('the roster is missing only where it was not asked for: then nothing is known', () => {
    expect(judgeHistory(rosterIsTrue(), arrived().entries).verdict).toBe('inconclusive');
  });
});

test('hands that a service does not report are not compared, and are not down', () => {
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

test.describe('events that are stamped in whole seconds', () => {
  const at = '2026-11-29T10:00:00Z';
  const twice = (history: History) => judgeHistory(noEventTwice(), history.entries).verdict;

  test('two hands raised within a second are two, with the lowered one between', () => {
    const history = new History()
      .received('w', 'hand-raised', 'a', at)
      .received('w', 'hand-lowered', 'a', at)
      .received('w', 'hand-raised', 'a', at);
    expect(twice(history)).toBe('passed');
  });

  test('the same without anything between is one that came twice', () => {
    expect(
      twice(new History().received('w', 'hand-raised', 'a', at).received('w', 'hand-raised', 'a', at)),
    ).toBe('failed');
  });

  /** `a` joins, leaves and joins again within a second; the observer hears what is given. */
  const twiceInASecond = (...heard: string[]) => {
    const history = new History()
      .call('a', 'meeting.join')
      .call('a', 'meeting.leave')
      .call('a', 'meeting.join');
    for (const event of heard) history.received('w', event, 'a', at);
    return judgeHistory(noEventTwice(), history.entries);
  };

  test('the one between was lost: that is no event that came twice', () => {
    expect(twiceInASecond('participant-joined', 'participant-joined').verdict).toBe('passed');
  });

  test('more of them than calls: one came twice, and it is counted once', () => {
    const joined = Array<string>(3).fill('participant-joined');
    expect(twiceInASecond(...joined)).toMatchObject({
      verdict: 'failed',
      evidence: [expect.stringMatching(/twice/)],
    });
  });

  test('a call that was certainly not done explains none', () => {
    const history = new History().call('a', 'meeting.join').call('a', 'meeting.join', 'rate limited');
    history.received('w', 'participant-joined', 'a', at).received('w', 'participant-joined', 'a', at);
    expect(twice(history)).toBe('failed');
  });

  test('kinds that nothing undoes are not judged', () => {
    const history = new History()
      .received('w', 'participant-reconnected', 'a', at)
      .received('w', 'participant-reconnected', 'a', at)
      .received('w', 'hand-raised', 'a', at);
    expect(twice(history)).toBe('passed');
  });

  test('with finer stamps they are', () => {
    const fine = '2026-11-29T10:00:00.123Z';
    const history = new History()
      .received('w', 'participant-reconnected', 'a', fine)
      .received('w', 'participant-reconnected', 'a', fine);
    expect(twice(history)).toBe('failed');
  });
});

test('what is not applicable decides nothing, unless nothing else is left', () => {
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
