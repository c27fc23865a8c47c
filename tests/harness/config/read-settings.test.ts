import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { schema } from '../../../src/config/schema.ts';
import { attempt } from './attempt.ts';

test('reads all defaults without any setting', () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({
    CONCURRENT_USERS: 50,
    TEST_DURATION: 60,
    REQUESTS_PER_USER: 10,
    THINK_TIME_MS: [500, 1500],
    ALLOW_REMOTE: [],
    REQUEST_CONTEXT: 'wire',
    SOCKET_CLIENT: 'wire',
    ABORT_ON_FAIL: null,
    schedule: { kind: 'hold', users: 50, openingMs: 5000, durationMs: 60_000 },
  });
  expect(settings.MEETINGS_SERVICE_URL).toBeUndefined();
  expect(settings.targets.map(({ text }) => text)).toEqual([
    'latency avg < 200 ms',
    'latency p95 < 500 ms',
    'latency p99 < 1000 ms',
    'error rate < 1 %',
    'each operation p95 < 1000 ms',
    'events lost < 0.1 %',
    'events late < 1 %',
    'events twice < 0.1 %',
    'connections lost <= 1 %',
    'sessions completed >= 99 %',
    'users reached >= 90 %',
    'wrong answers <= 0',
    'page.session error rate < 5 %',
    'page.join p75 < 3000 ms',
    'page.hand-visible p95 < 1000 ms',
    'page.lcp p75 < 2500 ms',
    'page.inp p75 < 200 ms',
    'page.cls p75 <= 0.1',
  ]);
  // Without browser participants there are no targets of pages.
  const without = readSettings({ BROWSER_USERS: '0' }).targets.map(({ text }) => text);
  expect(without.filter((text) => text.startsWith('page.'))).toEqual([]);
});

test('reads an empty value as unset', () => {
  const empty = Object.fromEntries(Object.keys(schema).map((name) => [name, '  ']));
  expect(readSettings(empty)).toEqual(readSettings({}));
});

test('names all mistakes at once, including those in SCHEDULE and TARGETS', () => {
  const message = attempt({
    CONCURRENT_USERS: 'abc',
    TEST_DURATION: '-1',
    MEETINGS_SERVICE_URL: 'https://meetings.example.com',
    SCHEDULE: 'waves',
    TARGETS: 'p95 < 5 %; quickness < 1 s',
  });
  expect(message.split('\n').map((line) => line.replace(/^(\w+: ("[^"]+"|\w+)).*/, '$1'))).toEqual([
    'CONCURRENT_USERS: "abc"',
    'TEST_DURATION: "-1"',
    'MEETINGS_SERVICE_URL: host',
    'SCHEDULE: Unknown',
    'TARGETS: Target',
    'TARGETS: Target',
  ]);
});

test('completes a schedule from the other settings', () => {
  const { schedule } = readSettings({
    SCHEDULE: 'poisson 5/s',
    SEED: '9',
    CONCURRENT_USERS: '7',
    TEST_DURATION: '3',
  });
  expect(schedule).toEqual({ kind: 'poisson', ratePerSecond: 5, durationMs: 3000, maxUsers: 7, seed: 9 });
});

test.describe('an error about a setting', () => {
  const cases: [string, Record<string, string>][] = [
    ['the user and password of an address', { MEETINGS_SERVICE_URL: 'http://admin:hunter2@localhost:3002' }],
    ['a token in a query', { WEBSOCKET_URL: 'http://localhost:3002?token=hunter2' }],
    ['a token after a hash', { WEBSOCKET_URL: 'http://localhost:3002/#hunter2' }],
    ['a password in an invalid address', { MEETINGS_SERVICE_URL: 'admin:hunter2@localhost' }],
    ['JWT_SECRET beside another mistake', { JWT_SECRET: 'hunter2', SEED: '-1' }],
  ];
  for (const [name, written] of cases) {
    test(`hides ${name}`, () => {
      const message = attempt(written);
      expect(message).toContain('is not allowed');
      expect(message).not.toContain('hunter2');
    });
  }
});
