import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { type SettingName, schema } from '../../../src/config/schema.ts';

/** The message of the mistake, or what was read. */
function attempt(written: Record<string, string | undefined>): string {
  try {
    readSettings(written);
    return 'read';
  } catch (error) {
    expect(error).toHaveProperty('name', 'UserError');
    return (error as Error).message;
  }
}

test('without any setting, all defaults are read', () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({
    CONCURRENT_USERS: 50,
    TEST_DURATION: 60,
    REQUESTS_PER_USER: 10,
    THINK_TIME_MS: [500, 1500],
    ALLOW_REMOTE: [],
    REQUEST_CONTEXT: 'wire',
    ABORT_ON_FAIL: null,
    schedule: { kind: 'sessions', everyMs: 100, durationMs: 60_000, atMostUsers: 50 },
  });
  expect(settings.MEETINGS_SERVICE_URL).toBeUndefined();
  expect(settings.targets.map(({ text }) => text)).toEqual([
    'latency avg < 200 ms',
    'latency p95 < 500 ms',
    'latency p99 < 1000 ms',
    'error rate < 1 %',
  ]);
});

/** What is read at the bounds, and what is refused just outside them or in another notation. */
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
  test(`${name}: ${rule}`, () => {
    for (const [text, value] of read)
      expect(readSettings({ [name]: text })[name as SettingName]).toEqual(value);
    for (const text of refused)
      expect(attempt({ [name]: text })).toBe(`${name}: "${text}" is not allowed. Use ${rule}.`);
  });
}

test('every setting with bounds is in that table', () => {
  const free = [
    'MEETINGS_SERVICE_URL',
    'WEBSOCKET_URL',
    'JWT_SECRET',
    'ALLOW_REMOTE',
    'SCHEDULE',
    'SERVICE_DEFECTS',
    'TARGETS',
    'TARGETS_FILE',
  ];
  expect([...Object.keys(bounds), ...free].sort()).toEqual(Object.keys(schema).sort());
});

test('what is present but empty counts as absent', () => {
  const empty = Object.fromEntries(Object.keys(schema).map((name) => [name, '  ']));
  expect(readSettings(empty)).toEqual(readSettings({}));
});

test('all mistakes are named at once, those of the texts with a grammar of their own too', () => {
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

test('a schedule takes what it leaves out from the settings', () => {
  const { schedule } = readSettings({
    SCHEDULE: 'poisson 5/s',
    SEED: '9',
    CONCURRENT_USERS: '7',
    TEST_DURATION: '3',
  });
  expect(schedule).toEqual({ kind: 'poisson', ratePerSecond: 5, durationMs: 3000, maxUsers: 7, seed: 9 });
});

test.describe('no secret is shown', () => {
  const cases: [string, Record<string, string>][] = [
    ['user and password of an address', { MEETINGS_SERVICE_URL: 'http://admin:hunter2@localhost:3002' }],
    ['a token in a query', { WEBSOCKET_URL: 'http://localhost:3002?token=hunter2' }],
    ['a token behind a hash', { WEBSOCKET_URL: 'http://localhost:3002/#hunter2' }],
    ['what is no address at all', { MEETINGS_SERVICE_URL: 'admin:hunter2@localhost' }],
    ['the secret beside another mistake', { JWT_SECRET: 'hunter2', SEED: '-1' }],
  ];
  for (const [name, written] of cases) {
    test(name, () => {
      const message = attempt(written);
      expect(message).toContain('is not allowed');
      expect(message).not.toContain('hunter2');
    });
  }
});

test.describe('targets', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fullhouse-targets-'));
  });
  test.afterEach(() => rmSync(folder, { recursive: true }));
  const file = (content: string) => {
    const path = join(folder, 'targets.json');
    writeFileSync(path, content);
    return path;
  };

  test('come from a text or from a file, and replace the default ones', () => {
    const texts = (written: Record<string, string>) => readSettings(written).targets.map(({ text }) => text);
    expect(texts({ TARGETS: 'p95 < 5 ms; p95 > 1 ms' })).toEqual(['p95 < 5 ms', 'p95 > 1 ms']);
    expect(texts({ TARGETS_FILE: file('{"meeting.get p99": "< 1 s"}') })).toEqual(['meeting.get p99 < 1 s']);
  });

  const broken: [string, string, RegExp][] = [
    ['no JSON', 'p95 < 5 ms', /TARGETS_FILE ".*" cannot be used: .*JSON.*Write it like {"latency p95"/],
    ['a number as limit', '{"p95": 500}', /it does not map metrics to limits/],
    ['a list', '[]', /it does not map metrics to limits/],
    ['nothing in it', '{}', /TARGETS: No target is given/],
    ['a wrong limit', '{"p95": "500 ms"}', /TARGETS: Target "p95 500 ms": "500 ms" is no limit/],
  ];
  for (const [name, content, message] of broken) {
    test(`a file with ${name} is refused`, () => {
      expect(attempt({ TARGETS_FILE: file(content) })).toMatch(message);
    });
  }

  test('a file that is not there, and both at once, are refused', () => {
    expect(attempt({ TARGETS_FILE: join(folder, 'none.json') })).toMatch(/cannot be used: ENOENT/);
    expect(attempt({ TARGETS_FILE: file('{}'), TARGETS: 'p95 < 1 s' })).toMatch(/both set. Use one of them/);
    expect(attempt({ TARGETS: ';' })).toMatch(/No target is given/);
  });
});
