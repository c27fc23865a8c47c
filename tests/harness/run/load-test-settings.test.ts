import { expect, test } from '@playwright/test';
import { beginRun, loadSettings } from '../../../src/config/environment.ts';
import { describe as describeSchedule } from '../../../src/crowd/schedules/index.ts';
import { refusedWithPlace } from '../../../src/kernel/thrown.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import {
  crowdSettings,
  refuseOptions,
  settingsOf,
  shareSettings,
  takeName,
} from '../../../src/run/load-test-settings.ts';
import { setContract } from '../../../src/run/run-contract.ts';
import { Coordinated } from '../crowd/coordinated.ts';

const own = {
  journey: 'attend-meeting:2,docs/examples/chat.ts',
  schedule: 'ramp 0..7 for 9s',
  targets: { 'latency p95': '< 300 ms', 'error rate': '< 1 %' },
};

test('a load test that sets nothing has the settings of the run', () => {
  expect(settingsOf('plain', {})).toEqual(loadSettings());
});

test('the settings of a load test override those of the run', () => {
  const settings = settingsOf('ramp', own);
  expect(settings.JOURNEY).toBe(own.journey);
  expect(describeSchedule(settings.schedule)).toContain('From 0 to 7 users over 9 s');
  expect(settings.targets.map(({ text }) => text)).toEqual(['latency p95 < 300 ms', 'error rate < 1 %']);
});

test('an error lists all mistakes in the settings of a load test with its name', () => {
  const wrong = { schedule: 'rump 0..7', targets: { 'latency p95': 'quick', 'worst 900 s p95': '< 1 s' } };
  const message = (() => {
    try {
      return String(settingsOf('ramp', wrong));
    } catch (error) {
      return (error as Error).message;
    }
  })();
  const lines = message.split('\n');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line).toMatch(/^Load test "ramp": (SCHEDULE|TARGETS): /);
});

for (const [phase, words] of [
  ['capacity', 'Capacity test'],
  ['soak', 'Soak test'],
] as const)
  test(`an error in the phase ${phase} names a ${words.toLowerCase()}`, () => {
    const before = process.env.FULLHOUSE_RUN;
    beginRun({ id: 'run', workers: 1, shard: { index: 1, of: 1 }, phases: [{ name: phase }] });
    try {
      expect(() => settingsOf('mine', { journey: 'atend-meeting' })).toThrow(`${words} "mine": JOURNEY: `);
    } finally {
      if (before === undefined) delete process.env.FULLHOUSE_RUN;
      else process.env.FULLHOUSE_RUN = before;
    }
  });

test('an error names the operation and the journey that a load test meant', () => {
  setContract(referenceContract());
  const wrong = {
    journey: 'atend-meeting',
    targets: { 'meeting.jion p95': '< 1 s', 'latencey p95': '< 1 s' },
  };
  expect(() => settingsOf('ramp', wrong)).toThrow(
    [
      'Load test "ramp": TARGETS: target "meeting.jion p95 < 1 s": the contract "reference.yaml" has no operation "meeting.jion". Did you mean "meeting.join"?',
      'Load test "ramp": TARGETS: target "latencey p95 < 1 s": the contract "reference.yaml" has no operation "latencey". Did you mean "latency"?',
      'Load test "ramp": JOURNEY: "atend-meeting" is not known. Did you mean "attend-meeting"? Use attend-meeting,',
    ].join('\n'),
  );
});

test('refuses a name that another load test has', () => {
  takeName('ramp', 'Does it carry a ramp?');
  takeName('spike', 'Does it carry a spike?');
  expect(() => takeName('ramp', 'Does it carry a wave?')).toThrow(
    'Two tests of crowds are named "ramp": "Does it carry a ramp?" and "Does it carry a wave?". Give each test its own name.',
  );
});

test('refuses options that no type check has refused, with the place of the call', () => {
  const given = { name: 'ramp', journy: 'attend-meeting', schedule: 3, targets: ['p95'], journey: undefined };
  const place = 'tests/harness/run/load-test-settings\\.test\\.ts:\\d+: ';
  const lines = [
    '"journy" is not an option of loadTest\\. Did you mean "journey"\\?',
    'loadTest: schedule must be a text\\.',
    'loadTest: targets must be an object of limits\\.',
    'loadTest: question is missing\\. It must be a text\\.',
  ];
  const message = new RegExp(`^${lines.map((line) => place + line).join('\\n')}$`);
  expect(() => refusedWithPlace(() => refuseOptions(given))).toThrow(message);
  expect(() => refuseOptions({ ...own, name: 'ramp', question: 'Does it?' })).not.toThrow();
});

test('refuses an option that only another kind of test has', () => {
  const given = { name: 'search', question: 'How many?', schedule: 'ramp 0..50' };
  expect(() => refuseOptions(given, 'capacityTest')).toThrow(
    '"schedule" is not an option of capacityTest. Use one of: name, question, journey.',
  );
  expect(() => refuseOptions({ name: 'search', question: 'How many?' }, 'capacityTest')).not.toThrow();
});

test('the main process uses the settings of the load test for its crowd', async () => {
  await using crowd = await Coordinated.start([1]);
  expect(crowdSettings(crowd.coordinator, 'crowd')).toEqual(loadSettings());
  await shareSettings(await crowd.slice(1), own);
  expect(crowdSettings(crowd.coordinator, 'crowd')).toEqual(settingsOf('crowd', own));
  expect(crowdSettings(crowd.coordinator, 'another')).toEqual(loadSettings());
});
