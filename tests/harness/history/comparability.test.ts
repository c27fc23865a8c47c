import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { comparisonKey, differences } from '../../../src/history/comparability.ts';
import { machineOf } from '../../../src/history/machine.ts';
import { newRecord } from '../../../src/history/new-record.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { runFacts } from '../../../src/history/run-facts.ts';
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
const machineWith = (over: Partial<typeof facts>) => {
  const { cpu, cores, memoryBytes, platform, release, arch, nodeMajor } = { ...facts, ...over };
  const os = `${platform} ${release} ${arch}`;
  return machineOf({ machine: { os, cpu, cores, memoryBytes }, versions: { node: `${nodeMajor}.19.0` } });
};

test.describe('the fingerprint of a machine', () => {
  const { fingerprint } = machineWith({});
  const same: Partial<typeof facts>[] = [{}, { release: '6.2.0' }, { memoryBytes: 8 * 2 ** 30 - 5_000_000 }];
  const other: Partial<typeof facts>[] = [
    { cpu: 'Another processor' },
    { cores: 4 },
    { memoryBytes: 16 * 2 ** 30 },
    { platform: 'darwin' },
    { arch: 'arm64' },
    { nodeMajor: 22 },
  ];
  test('gives machines with comparable figures the same fingerprint', () => {
    expect(same.map((over) => machineWith(over).fingerprint)).toEqual(same.map(() => fingerprint));
  });
  test('gives another fingerprint for each fact that affects the figures', () => {
    const found = other.map((over) => machineWith(over).fingerprint);
    expect(new Set([fingerprint, ...found]).size).toBe(other.length + 1);
  });
  test('gives this machine the same short fingerprint each time', () => {
    const run = { id: 'run', workers: 1, shard: { index: 1, of: 1 } };
    const thisMachine = () => machineOf(runFacts(readSettings({}), run));
    expect(thisMachine()).toEqual(thisMachine());
    expect(thisMachine().fingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(thisMachine().cores).toBeGreaterThan(0);
  });
});

test.describe('the differences between two records', () => {
  const record = recordOf(1);
  const cases: [string, Partial<HistoryRecord>, string[]][] = [
    [
      'finds no difference when only time, commit and verdict differ',
      { commit: null, verdict: 'failed', runId: 'x' },
      [],
    ],
    ['finds a difference in the kind', { kind: 'load' }, ['kind: bench against load']],
    ['finds a difference in the name', { name: 'sockets' }, ['name: endpoints against sockets']],
    [
      'finds a difference in the service',
      { service: 'http://a:1' },
      ['service: reference against http://a:1'],
    ],
    [
      'finds a difference in a setting',
      { settings: { ITERATIONS: 50, SEED: 1 } },
      ['ITERATIONS: 100 against 50'],
    ],
    ['finds a setting that one record lacks', { settings: { SEED: 1 } }, ['ITERATIONS: 100 against not set']],
    ['treats a null setting as not set', { settings: { ...record.settings, PROFILE: null } }, []],
    [
      'describes a difference of machines in words',
      { machine: machineWith({ cores: 4, memoryBytes: 16 * 2 ** 30 }) },
      [
        'machine: A processor, 2 cores, 8 GiB, linux x64, Node.js 20 against A processor, 4 cores, 16 GiB, linux x64, Node.js 20',
      ],
    ],
    [
      'finds all differences at once',
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

test('another journey or other browsers differ from older records, the defaults do not', () => {
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
