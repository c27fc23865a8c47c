import { expect, test } from '@playwright/test';
import { comparisonKey, differences } from '../../../src/history/comparability.ts';
import { describeMachine, thisMachine } from '../../../src/history/machine.ts';
import { newRecord } from '../../../src/history/new-record.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { circumstances } from '../results/summary/crowd-records.ts';
import { recordOf } from './records.ts';

const facts = {
  cpu: 'A processor',
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  platform: 'linux',
  release: '6.1.0',
  arch: 'x64',
  nodeMajor: 20,
};
const machineWith = (over: Partial<typeof facts>) => describeMachine({ ...facts, ...over });

test.describe('the fingerprint of a machine', () => {
  const { fingerprint } = describeMachine(facts);
  const same: Partial<typeof facts>[] = [{}, { release: '6.2.0' }, { memoryBytes: 8 * 2 ** 30 - 5_000_000 }];
  const other: Partial<typeof facts>[] = [
    { cpu: 'Another processor' },
    { cores: 4 },
    { memoryBytes: 16 * 2 ** 30 },
    { platform: 'darwin' },
    { arch: 'arm64' },
    { nodeMajor: 22 },
  ];
  test('is the same where figures may be compared', () => {
    expect(same.map((over) => machineWith(over).fingerprint)).toEqual(same.map(() => fingerprint));
  });
  test('is another one for every fact that decides them', () => {
    const found = other.map((over) => machineWith(over).fingerprint);
    expect(new Set([fingerprint, ...found]).size).toBe(other.length + 1);
  });
  test('of this machine stays, and says nothing of its name', () => {
    expect(thisMachine()).toEqual(thisMachine());
    expect(thisMachine().fingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(thisMachine().cores).toBeGreaterThan(0);
  });
});

test.describe('why two records must not be compared', () => {
  const record = recordOf(1);
  const cases: [string, Partial<HistoryRecord>, string[]][] = [
    [
      'nothing, when only time, commit and verdict differ',
      { commit: null, verdict: 'failed', runId: 'x' },
      [],
    ],
    ['the kind', { kind: 'load' }, ['kind: bench against load']],
    ['the name', { name: 'sockets' }, ['name: endpoints against sockets']],
    ['the service', { service: 'http://a:1' }, ['service: reference against http://a:1']],
    ['a setting', { settings: { ITERATIONS: 50, SEED: 1 } }, ['ITERATIONS: 100 against 50']],
    ['a setting that one of them lacks', { settings: { SEED: 1 } }, ['ITERATIONS: 100 against not set']],
    ['a setting that is null is not set', { settings: { ...record.settings, PROFILE: null } }, []],
    [
      'the machine, in words',
      { machine: machineWith({ cores: 4, memoryBytes: 16 * 2 ** 30 }) },
      [
        'machine: A processor, 2 cores, 8 GiB, linux x64, Node.js 20 against A processor, 4 cores, 16 GiB, linux x64, Node.js 20',
      ],
    ],
    [
      'everything at once',
      { kind: 'load', settings: {} },
      ['kind: bench against load', 'ITERATIONS: 100 against not set', 'SEED: 1 against not set'],
    ],
  ];
  for (const [name, over, expected] of cases) {
    test(name, () => {
      const other = recordOf(2, over);
      expect(differences(record, other)).toEqual(expected);
      expect(comparisonKey(record) === comparisonKey(other)).toBe(expected.length === 0);
    });
  }
});

test('another journey or other browsers make another run; the usual ones are those of older records', () => {
  const of = circumstances().facts;
  const recordWith = (settings: object) =>
    newRecord({
      kind: 'load',
      name: 'crowd',
      at: new Date(0),
      facts: { ...of, settings: { ...of.settings, ...settings } },
    });
  const usual = recordWith({ JOURNEY: 'attend-meeting', BROWSER_USERS: 2 });
  const older = recordWith({ JOURNEY: undefined, BROWSER_USERS: undefined });
  expect(differences(usual, older)).toEqual([]);
  expect(differences(usual, recordWith({ JOURNEY: 'chat.ts' }))).toEqual([
    'JOURNEY: not set against chat.ts',
  ]);
  expect(differences(usual, recordWith({ BROWSER_USERS: 0 }))).toEqual(['BROWSER_USERS: not set against 0']);
});
