import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect } from '@playwright/test';
import { test } from './installed.ts';
import { freePort, type TeamRepository } from './team-repository.ts';

const LOAD = '--project=load --workers=2';
const finished = /^(✅ PASSED|❔ INCONCLUSIVE): /m;
const runsOf = (team: TeamRepository) => readdirSync(join(team.folder, 'reports/runs')).sort();

const withOwnTests = {
  'playwright.config.ts': [
    "import { defineFullhouse } from 'fullhouse';",
    'export default defineFullhouse({',
    "  contract: './contract.yaml',",
    '  playwright: {',
    "    testDir: './e2e',",
    '    retries: 1,',
    "    reporter: [['list'], ['html', { open: 'never', outputFolder: 'own-html' }]],",
    "    projects: [{ name: 'own' }],",
    '  },',
    '});',
  ].join('\n'),
  'e2e/own.spec.ts': [
    "import { expect, test } from '@playwright/test';",
    "test('fails', () => expect(1).toBe(2));",
    "test('flaky', ({}, info) => expect(info.retry).toBe(1));",
  ].join('\n'),
};

test("a team's own project starts nothing of fullhouse, and keeps its retries and reporters", async ({
  team,
}) => {
  test.setTimeout(120_000);
  team.write(withOwnTests);
  const listed = await team.playwright('--list --project=own');
  expect(listed.output).toMatch(/\nTotal: 2 tests in 1 file\n$/);
  const { code, output } = await team.playwright('--project=own');
  expect(code).toBe(1);
  expect(stripVTControlCharacters(output)).toMatch(
    /1 failed\s+\[own\] › e2e\/own\.spec\.ts:2:1 › fails[^\n]*\s+1 flaky\s/,
  );
  expect(output).not.toContain('Service');
  expect([team.exists('own-html/index.html'), team.exists('reports')]).toEqual([true, false]);
});

test('all phases run beside a failed test of the team, and the exit code is 1', async ({ team }) => {
  test.setTimeout(420_000);
  team.write(withOwnTests);
  team.remove('tests/chaos');
  team.write({ 'tests/chaos/drops.spec.ts': "import 'fullhouse/tests/chaos/websocket-drops.spec';\n" });
  const { code, output } = await team.playwright('--workers=2');
  expect(code).toBe(1);
  for (const phase of ['load', 'chaos', 'bench', 'conduct']) expect(output).toContain(`${phase}: `);
  expect(output).toMatch(finished);
  expect(output).toContain('❌ 1 test of your own projects failed (own › fails), so the exit code is 1.');
  const runs = await team.fullhouse('runs');
  expect(runs.output.match(/ (load|chaos|bench|conduct) +(passed|inconclusive)/g)).toHaveLength(4);
});

test('history, a baseline and the commands, also from a folder below', async ({ team }) => {
  test.setTimeout(300_000);
  await team.playwright(LOAD);
  expect(await team.fullhouse('baseline --yes')).toMatchObject({ code: 0 });
  expect(readdirSync(join(team.folder, 'reports/baselines'))).toHaveLength(1);
  team.write({ 'a/b/note.txt': '' });
  const second = await team.playwright('-c ../.. --project=load --workers=2', { inside: 'a/b' });
  expect(second.output).toMatch(/^ *(Saved to history|Compared)/m);
  const [first, last] = runsOf(team);
  const inside = { inside: 'a/b', environment: { JWT_SECRET: 'secret-of-a-test' } };
  const commands: Readonly<Record<string, RegExp>> = {
    runs: new RegExp(`${last} +load .*\n${first} +load `),
    'settings CONTRACT': /value +\.\/contract\.yaml/,
    'token alice': /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+\n$/,
    'compare baseline last': /latency|P95|p95/,
    history: new RegExp(`${first}[\\s\\S]*${last}`),
    [`report ${first} `]: new RegExp(`${first}`),
  };
  for (const [command, text] of Object.entries(commands)) {
    // The report is opened by a program that does nothing.
    const { code, output } = await team.fullhouse(command, {
      ...inside,
      environment: { ...inside.environment, BROWSER: 'true', CI: '1' },
    });
    expect(output, command).toMatch(text);
    expect(code, command).toBe(0);
  }
  expect(readdirSync(join(team.folder, 'a/b'))).toEqual(['note.txt']);
});

test('an experiment of the team is judged again', async ({ team }) => {
  test.setTimeout(180_000);
  const { output } = await team.playwright('--project=chaos one-way');
  expect(output).toMatch(finished);
  const recheck = await team.fullhouse('recheck');
  expect(recheck.output).toContain('nothing comes back to 5 of them');
  expect(recheck.code).toBe(0);
});

test('the shards of two machines are merged', async ({ team }) => {
  test.setTimeout(240_000);
  for (const shard of ['1/2', '2/2']) {
    const { output } = await team.playwright(`--project=load --workers=1 --shard=${shard}`);
    expect(output).toContain(`this is only shard ${shard.replace('/', ' of ')}. npx fullhouse merge judges`);
  }
  const folders = runsOf(team).map((run) => `reports/runs/${run}/blob`);
  const { output } = await team.fullhouse(`merge ${folders.join(' ')}`);
  // They did not start together.
  expect(output).toContain('❔ INCONCLUSIVE: The load did not start at the same time everywhere');
  expect(output).toContain('Saved to history: load');
});

test('a package of a workspace, whose modules are in the folder above it', async ({ installed, folder }) => {
  test.setTimeout(240_000);
  const workspace = installed.copy(join(folder, 'workspace'));
  const app = { name: 'app', version: '1.0.0', type: 'module', devDependencies: { fullhouse: '*' } };
  for (const name of ['tests', 'journeys', 'faults', 'playwright.config.ts', 'contract.yaml', '.env.example'])
    workspace.remove(name);
  const description = JSON.parse(workspace.read('package.json'));
  workspace.write({
    'package.json': JSON.stringify({ ...description, private: true, workspaces: ['packages/*'] }),
    'packages/app/package.json': JSON.stringify(app),
  });
  const inside = { inside: 'packages/app' };
  const init = await workspace.fullhouse('init --yes --no-install', inside);
  expect(init, init.output).toMatchObject({ code: 0 });
  expect(init.output).not.toContain('packages are missing');
  const { output } = await workspace.playwright(LOAD, inside);
  expect(output).toMatch(finished);
  expect(workspace.exists('packages/app/reports/history')).toBe(true);
  expect(workspace.exists('reports')).toBe(false);
});

test('a path with spaces and unusual characters', async ({ installed, folder }) => {
  test.setTimeout(180_000);
  const team = installed.copy(join(folder, "it's a team (ü) #1 & [x] 100%"));
  expect((await team.playwright(LOAD)).output).toMatch(finished);
  expect((await team.playwright('--project=chaos one-way')).output).toMatch(finished);
  expect((await team.fullhouse('runs')).output).toMatch(/ chaos +(passed|inconclusive) /);
});

test('two runs at the same time in one folder', async ({ team }) => {
  test.setTimeout(180_000);
  const ended = await Promise.all([team.playwright(LOAD), team.playwright(LOAD)]);
  for (const { output } of ended) expect(output).toMatch(finished);
  expect(runsOf(team)).toHaveLength(2);
});

test('Ctrl-C ends a run with a verdict, and leaves no process', async ({ team }) => {
  test.setTimeout(120_000);
  const environment = { TEST_DURATION: '60', SERVICE_PORT: String(await freePort()) };
  // npx itself would end by the signal.
  const started = team.start('node_modules/.bin/playwright', ['test', ...LOAD.split(' ')], { environment });
  await started.prints('6 users');
  started.signal('SIGINT');
  const { code, output } = await started.end();
  expect(output).toContain('⏹ INTERRUPTED after ');
  expect(code).toBe(130);
  const left = await team.run('ps', ['-eo', 'args']);
  expect(
    left.output
      .split('\n')
      .filter((line) => line.includes(basename(team.folder)) && line.includes(team.folder)),
  ).toEqual([]);
});
