import { expect, test } from '@playwright/test';
import { together } from '../../../src/checks/among.ts';
import { type CheckName, judgeHistory, type NamedCheck } from '../../../src/checks/catalogue.ts';
import { verdictOver } from '../../../src/checks/check.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import { History } from './history.ts';

const named = (name: CheckName): NamedCheck => ({ name });
const arrived = () => new History().call('host', 'create').call('a', 'join').call('a', 'raise');

test.describe('a service that returns no roster has not said that the meeting is empty', () => {
  for (const name of [
    'roster is true',
    'nobody twice',
    'views agree',
    'acknowledged is done',
    'reconnect state is fresh',
  ] as const) {
    test(`${name}: not applicable, and judged where there is a roster`, () => {
      const silent = arrived()
        .mark('settled')
        .stateWithoutRoster('a', 'reconnect')
        .stateWithoutRoster('host', 'service');
      silent.state('a', 'view', 'host a!');
      expect(judgeHistory(named(name), silent.entries)).toEqual({
        check: expect.any(String),
        verdict: 'not applicable',
        says: 'the service returns no roster',
        evidence: [],
      });
      const told = arrived()
        .mark('settled')
        .state('a', 'reconnect', 'host a!')
        .state('host', 'service', 'host a!');
      told.state('a', 'view', 'host a!');
      expect(judgeHistory(named(name), told.entries).verdict).toBe('passed');
    });

    test(`${name}: an empty roster is one`, () => {
      const empty = arrived().mark('settled').state('a', 'reconnect', 'host a!').state('host', 'service', '');
      empty.state('a', 'view', 'host a!');
      expect(judgeHistory(named(name), empty.entries).verdict).not.toBe('not applicable');
    });
  }

  test('the roster is missing only where it was not asked for: then nothing is known', () => {
    expect(judgeHistory(named('roster is true'), arrived().entries).verdict).toBe('unknown');
  });
});

test('hands that a service does not report are not compared, and are not down', () => {
  const ledger = new Ledger(() => 0);
  const row = { userId: 'a' };
  ledger.invoke('a', 'join')('ok');
  ledger.invoke('a', 'raise')('ok');
  ledger.add({
    who: 'a',
    type: 'state',
    source: 'view',
    state: { status: 'active', roster: [{ ...row, handRaised: true }] },
  });
  ledger.add({ who: 'host', type: 'state', source: 'service', state: { status: 'active', roster: [row] } });
  expect(judgeHistory(named('views agree'), ledger.entries).verdict).toBe('passed');
  expect(judgeHistory(named('acknowledged is done'), ledger.entries)).toMatchObject({
    verdict: 'not applicable',
    says: 'the service does not report raised hands',
  });
});

test.describe('events that are stamped in whole seconds', () => {
  const at = '2026-11-29T10:00:00Z';
  const twice = (history: History) => judgeHistory(named('no event twice'), history.entries).verdict;

  test('two hands raised within a second are two, with the lowered one between', () => {
    const history = new History()
      .saw('w', 'hand-raised', 'a', at)
      .saw('w', 'hand-lowered', 'a', at)
      .saw('w', 'hand-raised', 'a', at);
    expect(twice(history)).toBe('passed');
  });

  test('the same without anything between is one that came twice', () => {
    expect(twice(new History().saw('w', 'hand-raised', 'a', at).saw('w', 'hand-raised', 'a', at))).toBe(
      'failed',
    );
  });

  /** `a` joins, leaves and joins again within a second; the observer hears what is given. */
  const twiceInASecond = (...heard: string[]) => {
    const history = new History().call('a', 'join').call('a', 'leave').call('a', 'join');
    for (const event of heard) history.saw('w', event, 'a', at);
    return judgeHistory(named('no event twice'), history.entries);
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
    const history = new History().call('a', 'join').call('a', 'join', 'rate limited');
    history.saw('w', 'participant-joined', 'a', at).saw('w', 'participant-joined', 'a', at);
    expect(twice(history)).toBe('failed');
  });

  test('kinds that nothing undoes are not judged', () => {
    const history = new History()
      .saw('w', 'participant-reconnected', 'a', at)
      .saw('w', 'participant-reconnected', 'a', at)
      .saw('w', 'hand-raised', 'a', at);
    expect(twice(history)).toBe('passed');
  });

  test('with finer stamps they are', () => {
    const fine = '2026-11-29T10:00:00.123Z';
    const history = new History()
      .saw('w', 'participant-reconnected', 'a', fine)
      .saw('w', 'participant-reconnected', 'a', fine);
    expect(twice(history)).toBe('failed');
  });
});

test('what is not applicable decides nothing, unless nothing else is left', () => {
  expect(verdictOver(['passed', 'not applicable'])).toBe('passed');
  expect(verdictOver(['not applicable', 'failed'])).toBe('failed');
  expect(verdictOver(['not applicable', 'unknown'])).toBe('unknown');
  expect(verdictOver(['not applicable'])).toBe('not applicable');
  expect(verdictOver([])).toBe('unknown');
  const finding = (verdict: 'passed' | 'not applicable') => ({
    check: verdict,
    verdict,
    says: 's',
    evidence: [],
  });
  expect(together('t', [finding('passed'), finding('not applicable')])).toMatchObject({
    verdict: 'passed',
    says: '1 of 1 checks hold, 1 not applicable (s)',
  });
});
