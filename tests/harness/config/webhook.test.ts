import { inspect } from 'node:util';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { Webhook } from '../../../src/config/secret-address.ts';
import { attempt } from './attempt.ts';

const read = (address: string) => readSettings({ ALERT_WEBHOOK_URL: address }).ALERT_WEBHOOK_URL;

test('a printed webhook shows only its host', () => {
  const webhook = new Webhook('https://user1:pass1@hooks.example.com:8443/path1/b?key1=value1#hash1');
  const printed = [
    String(webhook),
    JSON.stringify({ webhook }),
    inspect(webhook, { showHidden: true, depth: 9 }),
    inspect({ ...webhook }),
    Object.values(webhook).join(),
  ].join('\n');
  expect(printed).toContain('hooks.example.com:8443');
  expect(printed).not.toMatch(/user1|pass1|path1|value1|hash1/);
});

test('reveal() returns the whole address with the user and password as a header', () => {
  expect(read('https://hooks.example.com/a/b?c=d#e')?.reveal()).toEqual({
    url: 'https://hooks.example.com/a/b?c=d',
  });
  expect(read('http://u%40v:p%3Aw@hooks.example.com')?.reveal()).toEqual({
    url: 'http://hooks.example.com/',
    authorization: `Basic ${Buffer.from('u@v:p:w').toString('base64')}`,
  });
});

test.describe('webhook host', () => {
  const hosts: [string, boolean][] = [
    ['hooks.slack.com', true],
    ['hooks.slack-gov.com', true],
    ['HOOKS.SLACK.COM', true],
    ['slack.com.evil.example', false],
    ['evilslack.com', false],
    ['hooks.example.com', false],
  ];
  for (const [host, isSlack] of hosts)
    test(`${host} ${isSlack ? 'belongs' : 'does not belong'} to Slack`, () => {
      expect(read(`https://${host}/services/T0/B0/x`)?.isSlack).toBe(isSlack);
    });
});

test('any host is allowed for a webhook', () => {
  for (const address of ['http://10.0.0.7:9/x', 'https://chat.example.com/hooks/x', 'http://[::1]:9/x'])
    expect(read(address)?.host).toBe(new URL(address).host);
});

test.describe('webhook addresses', () => {
  for (const address of [
    'hunter2',
    'ftp://example.com/hunter2',
    'https://',
    'http://hunter2%zz@example.com/',
  ])
    test(`refuse ${address} without repeating it`, () => {
      const message = attempt({ ALERT_WEBHOOK_URL: address });
      expect(message).toMatch(
        /^ALERT_WEBHOOK_URL: the value given is not allowed\. Use an http or https address/,
      );
      expect(message).not.toContain('hunter2');
    });
});

test('isIn() finds a part of the address in a text, encoded or not', () => {
  const webhook = new Webhook('https://user1:p%40ss1@hooks.example.com/T000/B%2F00?key1=value1');
  for (const text of ['see T000', 'p@ss1', 'p%40ss1', 'B/00', 'B%2F00', 'value1!', 'user1'])
    expect(webhook.isIn(text), text).toBe(true);
  for (const text of ['connection refused', 'hooks.example.com', 'it answers 404'])
    expect(webhook.isIn(text), text).toBe(false);
});

test('secretParts contains the secrets of an address and no ordinary words', () => {
  const parts = (address: string) => new Webhook(address).secretParts;
  expect(parts('https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop')).toEqual([
    '/services/T00000000/B00000000/abcdefghijklmnop',
    'abcdefghijklmnop',
  ]);
  expect(parts('https://me:p%40ss@hooks.example.com/hooks?key=0123456789')).toEqual([
    '/hooks?key=0123456789',
    '?key=0123456789',
    'p%40ss',
    'p@ss',
  ]);
  expect(parts('https://token@hooks.example.com/')).toEqual(['token']);
  expect(parts('https://hooks.example.com/hooks')).toEqual([]);
});
