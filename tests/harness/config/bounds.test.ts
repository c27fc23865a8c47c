import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { type SettingName, schema } from '../../../src/config/schema.ts';
import { attempt } from './attempt.ts';

/** Values at the bounds, and refused values just outside them or in another notation. */
const bounds: Partial<Record<SettingName, { read: [string, unknown][]; refused: string[]; rule: string }>> = {
  SERVICE_PORT: {
    read: [
      ['1', 1],
      ['65535', 65_535],
    ],
    refused: ['0', '65536', 'http', '3002.5'],
    rule: 'a whole number from 1 to 65535',
  },
  CONCURRENT_USERS: {
    read: [
      ['1', 1],
      ['100000', 100_000],
      [' 7 ', 7],
    ],
    refused: ['0', '100001', 'abc', '-5', '1e3', '5.5', '0x10'],
    rule: 'a whole number from 1 to 100000',
  },
  TEST_DURATION: {
    read: [
      ['1', 1],
      ['86400', 86_400],
      ['1.5', 1.5],
    ],
    refused: ['0.9', '86400.1', '-1', '1m', '.5', '5.'],
    rule: 'a number from 1 to 86400',
  },
  REQUESTS_PER_USER: {
    read: [
      ['0', 0],
      ['100000', 100_000],
    ],
    refused: ['100001', '-1', 'many'],
    rule: 'a whole number from 0 to 100000',
  },
  ITERATIONS: {
    read: [
      ['1', 1],
      ['1000000', 1_000_000],
    ],
    refused: ['0', '1000001'],
    rule: 'a whole number from 1 to 1000000',
  },
  ARRIVAL_INTERVAL_MS: {
    read: [
      ['0.1', 0.1],
      ['3600000', 3_600_000],
    ],
    refused: ['0', '0.09', '3600001'],
    rule: 'a number from 0.1 to 3600000',
  },
  THINK_TIME_MS: {
    read: [
      ['0..0', [0, 0]],
      ['5..3600000', [5, 3_600_000]],
    ],
    refused: ['5', '9..5', '0..3600001', '-1..5', '1...5', '1..2..3'],
    rule: 'two numbers from 0 to 3600000 such as 500..1500, the smaller first',
  },
  MEETING_SIZE: {
    read: [
      ['2', 2],
      ['1000', 1000],
    ],
    refused: ['1', '1001'],
    rule: 'a whole number from 2 to 1000',
  },
  SOURCE_ADDRESSES: {
    read: [
      ['127.0.0.1', ['127.0.0.1']],
      ['127.0.0.1, ::1', ['127.0.0.1', '::1']],
    ],
    // No machine has an address of the range for documentation.
    refused: ['203.0.113.7'],
    rule: 'IP addresses of this machine; 203.0.113.7 is not one',
  },
  REQUEST_TIMEOUT_MS: {
    read: [
      ['1', 1],
      ['600000', 600_000],
    ],
    refused: ['0', '600001'],
    rule: 'a whole number from 1 to 600000',
  },
  DRAIN_TIMEOUT: {
    read: [
      ['0', 0],
      ['3600', 3600],
      ['0.5', 0.5],
    ],
    refused: ['3600.5', '-1'],
    rule: 'a number from 0 to 3600',
  },
  REQUEST_CONTEXT: {
    read: [
      ['wire', 'wire'],
      ['playwright', 'playwright'],
    ],
    refused: ['Wire', 'axios'],
    rule: 'one of: wire, playwright',
  },
  SOCKET_CLIENT: {
    read: [
      ['wire', 'wire'],
      ['socket.io', 'socket.io'],
    ],
    refused: ['socketio', 'Wire'],
    rule: 'one of: wire, socket.io',
  },
  SEED: {
    read: [
      ['0', 0],
      ['4294967295', 4_294_967_295],
    ],
    refused: ['4294967296', '-1', 'seed'],
    rule: 'a whole number from 0 to 4294967295',
  },
  ABORT_ON_FAIL: {
    read: [
      ['off', null],
      ['0', 0],
      ['86400', 86_400],
    ],
    refused: ['on', '-1', '86401'],
    rule: 'off, or seconds from 0 to 86400',
  },
};

for (const [name, { read, refused, rule }] of Object.entries(bounds)) {
  test(`${name} accepts only ${rule}`, () => {
    for (const [text, value] of read)
      expect(readSettings({ [name]: text })[name as SettingName]).toEqual(value);
    for (const text of refused)
      expect(attempt({ [name]: text })?.replace(/ Did you mean "[^"]+"\?/, '')).toBe(
        `${name}: "${text}" is not allowed. Use ${rule}.`,
      );
  });
}

test('SOURCE_ADDRESSES refuses foreign addresses and a request context that cannot use them', () => {
  expect(attempt({ SOURCE_ADDRESSES: '127.0.0.1,localhost,203.0.113.7' })).toContain(
    'Use IP addresses of this machine; localhost, 203.0.113.7 are not.',
  );
  expect(attempt({ SOURCE_ADDRESSES: '127.0.0.1', REQUEST_CONTEXT: 'playwright' })).toBe(
    'SOURCE_ADDRESSES is set, but REQUEST_CONTEXT=playwright cannot use it. Use REQUEST_CONTEXT=wire.',
  );
  expect(readSettings({ REQUEST_CONTEXT: 'playwright' }).SOURCE_ADDRESSES).toEqual([]);
});

test.describe('settings with a whole number', () => {
  const asked = Object.keys(schema).flatMap((name) => {
    const [, least, most] = /Use a whole number from (\d+) to (\d+)\.$/.exec(attempt({ [name]: '!' })) ?? [];
    return most === undefined
      ? []
      : [{ name: name as SettingName, least: Number(least), most: Number(most) }];
  });

  test('are found by their rule', () => {
    expect(asked.map(({ name }) => name)).toEqual(expect.arrayContaining(['CONCURRENT_USERS', 'SEED']));
  });

  for (const { name, least, most } of asked) {
    test(`${name} accepts ${least} to ${most} and refuses other numbers`, () => {
      for (const value of [least, most]) expect(readSettings({ [name]: `${value}` })[name]).toBe(value);
      for (const text of [`${least - 1}`, `${most + 1}`, `${most}.5`, '1e1', ''.padEnd(400, '9')])
        expect(attempt({ [name]: text })).toContain(`${name}: "${text}" is not allowed.`);
    });
  }
});
