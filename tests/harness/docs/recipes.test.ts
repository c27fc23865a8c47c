import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, mergeTests } from '@playwright/test';
import chat from '../../../docs/examples/chat.ts';
import { operationsJson } from '../../../docs/examples/operations-json.ts';
import { noEventLost } from '../../../src/checks/catalogue.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import { Cohort } from '../../../src/experiments/cohort.ts';
import { systemClock as clock } from '../../../src/kernel/clock.ts';
import { parseTargets } from '../../../src/targets/parse.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { publish } from '../../../src/views/publish.ts';
import { accessOf } from '../meetings/access-of.ts';
import { test as keptRunTest } from '../reporters/kept-run.ts';
import { test as serviceTest } from '../service/service-fixture.ts';
import { blocks, follow, inCopy, root } from './guides.ts';

const test = mergeTests(keptRunTest, serviceTest);

const recipes = blocks.filter(({ guide, place }) => guide === 'docs/extending.md' && place !== undefined);

/** The files that the recipes need. */
const PARTS = [
  'src',
  'fixtures',
  'scripts/setup',
  'network-profiles',
  'tests/harness/docs',
  'package.json',
  'tsconfig.json',
];

test('the recipes work as written, with one new file and at most one added line each', async () => {
  const lines = recipes.filter(({ isLine }) => isLine);
  expect(lines.map(({ text }) => text.trim().split('\n').length)).toEqual(lines.map(() => 1));
  const output = await inCopy(PARTS, async (folder) => {
    for (const recipe of recipes) follow(recipe, folder);
    const args = ['--import', 'tsx', 'tests/harness/docs/try-recipes.ts'];
    return (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;
  });
  expect(JSON.parse(output)).toEqual({
    schedule: {
      sentence: 'From 2 to 8 users and back every 4 s, for 12 s; participants that leave are replaced.',
      users: [2, 8, 2, 8],
    },
    fault: {
      sentence: 'blackout: nothing gets through, unnoticed',
      before: false,
      message: '5 bytes disappeared',
      slow: 'slow uplink: 200 kbit/s',
      set: { bandwidthKbps: 200 },
    },
    check: ['passed', 'failed', 'inconclusive'],
    operation: 'http',
    pageMetric: { vital: 'FCP' },
    profile: expect.stringContaining('train'),
    formats: expect.arrayContaining(['timings.csv', 'operations.json']),
  });
});

test('the example targets are parsed with their units', () => {
  const written = JSON.parse(readFileSync(join(root, 'docs/examples/targets.json'), 'utf8'));
  const targets = parseTargets(Object.entries(written as Record<string, string>));
  expect(targets.map(({ operation, limit, unit }) => [operation, limit, unit])).toEqual([
    [undefined, 500, 'ms'],
    ['chat.send', 300, 'ms'],
    [undefined, 5, '%'],
    [undefined, 0.1, '%'],
  ]);
});

test('the example output format writes a row for each operation', async ({ keptRun }) => {
  await keptRun.keep();
  const { files, problems } = await publish(keptRun.id, [operationsJson]);
  expect(problems).toEqual([]);
  const rows = JSON.parse(readFileSync(files.get('operations.json')!, 'utf8'));
  expect(rows).toContainEqual({ operation: 'meeting.get', total: 200, p95Ms: expect.closeTo(20, 1) });
});

test('the example journey sends chat messages that reach the other participants', async ({ url }) => {
  const ledger = new Ledger(() => clock.now());
  const timings = new Timings(clock.now());
  const prefix = `recipe-${process.pid}-${Date.now() % 1e6}`;
  const access = await accessOf();
  const common = { access, ledger, timings, clock, timeoutMs: 30_000, offers: { hand: true } };
  const cohort = new Cohort({ serviceUrl: url, socketUrl: url, prefix, ...common });
  const users = await cohort.open(await cohort.meeting(10), 3);
  expect(await Promise.all(users.map((user) => chat(user)))).toEqual(Array(3).fill('completed'));
  ledger.close();
  const sent = ledger.entries.filter((entry) => entry.type === 'ok' && entry.op === 'chat.send');
  expect(sent.length).toBeGreaterThan(0);
  expect(judgeHistory(noEventLost({ graceMs: 1000 }), ledger.entries)).toMatchObject({ verdict: 'passed' });
  const senders = new Set(sent.map(({ who }) => who));
  const received = ledger.entries.filter(
    (entry) => entry.type === 'received' && entry.event === 'chat' && entry.about !== entry.who,
  );
  expect(received.length).toBeGreaterThan(0);
  for (const entry of received) expect(senders).toContain('about' in entry ? entry.about : undefined);
  await cohort.close();
});
