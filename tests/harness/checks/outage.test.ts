import { expect, test } from '@playwright/test';
import { healthIsTrue } from '../../../src/checks/catalogue.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { fromNdjson, toNdjson } from '../../../src/checks/ledger.ts';
import {
  DOWN,
  GIVING_BACK,
  HEALTH,
  healthPeriods,
  outageEffects,
  outageLine,
  TAKING_AWAY,
  UP,
} from '../../../src/checks/outage.ts';
import { History } from './history.ts';

const reports = (history: History, status: string, tookMs = 5) => history.mark(HEALTH, { status, tookMs });

/** Ten quiet seconds, then an outage in which the health check reports these statuses, one per second. */
function outage(...meanwhile: readonly string[]): History {
  const history = reports(new History().later(10_000), 'ok').mark(TAKING_AWAY).mark(DOWN);
  for (const status of meanwhile) reports(history.later(1000), status);
  return reports(history.mark(GIVING_BACK).later(500).mark(UP).later(500), 'ok');
}

test.describe('Does the health check report the outage?', () => {
  const judged = (history: History) => judgeHistory(healthIsTrue({ graceMs: 1500 }), history.entries);

  test('passes when /health is never ok after the grace period', () => {
    expect(judged(outage('ok', '503 unavailable', 'no answer (connection refused)'))).toMatchObject({
      verdict: 'passed',
      message: '2 answers of the health check during the outage',
    });
  });

  test('fails when /health is ok after the grace period', () => {
    const found = judged(outage('503 unavailable', '503 unavailable', 'ok'));
    expect(found).toMatchObject({
      verdict: 'failed',
      evidence: ['the health check reported ok 3.0 s after the outage began'],
    });
    expect(judged(outage('ok', 'ok', 'ok')).evidence).toEqual([
      expect.objectContaining({ kind: 'answers of the health check were ok', count: 2, isAll: true }),
    ]);
  });

  test('is inconclusive when /health was not requested during the outage', () => {
    const slow = reports(new History().mark(DOWN).later(2000), 'ok', 1900).mark(GIVING_BACK);
    expect(judged(slow)).toMatchObject({ verdict: 'inconclusive' });
    expect(judged(new History())).toMatchObject({ verdict: 'inconclusive' });
  });
});

test.describe('the effects of an outage', () => {
  const withUsers = outage('no answer (connection refused)', 'no answer (connection reset)');
  const { entries } = fromUsers();

  function fromUsers() {
    const history = reports(new History().later(16_900), 'ok').socket('d', 'connected').mark(TAKING_AWAY);
    for (const who of ['a', 'b', 'c']) history.socket(who, 'disconnected', 'transport close');
    reports(
      reports(history, 'no answer (connection reset)').mark(DOWN).later(5000),
      'no answer (connection refused)',
    );
    reports(history.mark(GIVING_BACK).later(2000).mark(UP), 'ok');
    return history.later(1000).socket('a', 'connected').later(5000).socket('b', 'connected');
  }

  test('counts lost and restored connections, and the time of the last one', () => {
    expect(outageEffects(entries)).toEqual({ lost: 3, reconnected: 2, lastAfterMs: expect.any(Number) });
    expect(outageEffects(entries).lastAfterMs).toBeCloseTo(6000, -2);
    expect(outageEffects(withUsers.entries)).toEqual({ lost: 0, reconnected: 0, lastAfterMs: null });
  });

  test('does not count clients that close their connection to leave', () => {
    const { lost, reconnected } = outageEffects(
      fromUsers()
        .socket('a', 'disconnected', 'io client disconnect')
        .socket('d', 'disconnected', 'io client disconnect').entries,
    );
    expect({ lost, reconnected }).toEqual({ lost: 3, reconnected: 2 });
  });

  test('describes an outage in one line', () => {
    expect(outageLine(entries, 19)).toBe(
      'no answer from 0:17 to 0:24; 3 participants lost their connection, 2 reconnected (last after 6.0 s); 19 rows left behind',
    );
    expect(outageLine(withUsers.entries, undefined)).toBe(
      'no answer from 0:11 to 0:13; no participant lost the connection',
    );
    expect(outageLine(fromNdjson(toNdjson([...entries])), 1)).toMatch(/; 1 row left behind$/);
  });

  test('lists what /health reported, with start and end', () => {
    expect(healthPeriods(outage('503 unavailable', 'no answer (x)').entries)).toEqual([
      'the health check reported "503 unavailable" from 0:11 to 0:12',
      'no answer from 0:12 to 0:13',
    ]);
    expect(healthPeriods(outage('ok').entries)).toEqual(['the health check was ok all the time']);
    expect(healthPeriods(reports(new History().later(3000), '503').entries)).toEqual([
      'the health check reported "503" from 0:03 until the end',
    ]);
    expect(healthPeriods([])).toEqual([]);
  });
});
