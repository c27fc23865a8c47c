import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { inheritedEnvironment } from '../../../src/config/environment.ts';
import { installed, stagedOnce, teamFolder } from './staged.ts';

test.beforeAll(stagedOnce);
test.setTimeout(240_000);

const bin = join(installed, 'bin', 'fullhouse.mjs');
const playwright = join(import.meta.dirname, '../../../node_modules/@playwright/test/cli.js');

/** A folder of a team with these files, and the programs that people start in it. */
function team(name: string, described: object, files: Readonly<Record<string, string>> = {}) {
  const folder = teamFolder(name, described);
  // The workflow belongs to the top of the repository.
  mkdirSync(join(folder, '.git'));
  // Without it, Playwright takes the one of this repository, in which `fullhouse` means its sources.
  const all = { 'tsconfig.json': '{}\n', ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const start = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) => {
    const env = { ...inheritedEnvironment(), ...settings };
    const ran = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8', timeout: 120_000 });
    return { code: ran.status, text: ran.stdout + ran.stderr };
  };
  return {
    fullhouse: (...args: string[]) => start([bin, ...args]),
    test: (args: readonly string[], settings = {}) => start([playwright, 'test', ...args], settings),
  };
}

const own = "import { test } from '@playwright/test';\ntest('own test', () => undefined);\n";
const ownConfig =
  "import { defineConfig } from '@playwright/test';\nexport default defineConfig({ testDir: 'e2e' });\n";

for (const [name, described, files, flag] of [
  ['ts-module', { type: 'module' }, {}, '--typescript'],
  ['ts-commonjs', { type: 'commonjs' }, {}, '--typescript'],
  ['js-module', { type: 'module' }, {}, '--javascript'],
  ['js-commonjs', { type: 'commonjs' }, {}, '--javascript'],
  ['own-ts', { type: 'module' }, { 'playwright.config.ts': ownConfig, 'e2e/a.spec.ts': own }, '--typescript'],
  [
    'own-js',
    { type: 'commonjs' },
    { 'playwright.config.js': ownConfig, 'e2e/a.spec.js': own },
    '--javascript',
  ],
] as const)
  test(`after init, Playwright and each command read a project such as ${name}`, () => {
    const project = team(name, described, files);
    expect(project.fullhouse('init', '--yes', '--no-install', flag)).toMatchObject({ code: 0 });
    const listed = project.test(['--list']).text;
    for (const phase of ['load', 'chaos', 'bench', 'conduct']) expect(listed).toContain(`[${phase}] ›`);
    expect(listed.includes('own test')).toBe(name.startsWith('own'));
    expect(project.fullhouse('settings', 'CONTRACT').text).toMatch(
      /value +\.\/contract\.yaml\n +from +configuration/,
    );
    expect(project.fullhouse('new', 'experiment', 'more')).toMatchObject({ code: 0 });
    expect(project.test(['--list', '--project=chaos', 'more']).text).toContain('silent seconds (more)?');
  });

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

test('a new project has its own load run and experiment, with a history', async () => {
  const project = team('first-runs', { type: 'commonjs' });
  expect(project.fullhouse('init', '--yes', '--no-install')).toMatchObject({ code: 0 });
  const settings = {
    SERVICE_PORT: await freePort(),
    DASHBOARD_PORT: 'off',
    CONCURRENT_USERS: '8',
    TEST_DURATION: '10',
    BROWSER_USERS: '0',
    // A short run has few samples.
    TARGETS: 'error rate < 5 %',
  };
  const load = project.test(['--project=load', '--workers=2'], settings);
  // On a busy machine, the load generator is too slow for a verdict.
  expect([0, 2]).toContain(load.code);
  expect(load.text).toMatch(/error rate < 5 %.*✅/);
  expect(load.text).toMatch(/^ {2}chat\.send +\d+ +0 /m);
  const chaos = project.test(['--project=chaos', 'one-way'], settings);
  expect([0, 2]).toContain(chaos.code);
  expect(chaos.text).toContain('✅ every view equals the service’s state: 10 views');
  expect(project.fullhouse('runs').text).toMatch(/ chaos +(passed|inconc)[\s\S]+ load +(passed|inconc)/);
});
