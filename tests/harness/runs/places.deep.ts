import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { summarySchema } from '../../../src/results/summary/schema.ts';
import { outerEnvironment } from './run.ts';

const root = join(import.meta.dirname, '../../..');
const LEFT_OUT = ['node_modules', 'reports', '.git', '.env', '.fullhouse'];

let parent: string;
test.beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'places-'));
});
test.afterEach(() => rmSync(parent, { recursive: true }));

/** Copies the project to another folder, with a link to the installed packages. */
function copyOfProject(name: string): string {
  const folder = join(parent, name, 'fullhouse');
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(root))
    if (!LEFT_OUT.includes(entry)) cpSync(join(root, entry), join(folder, entry), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs a short load from the folder `cwd`, with its settings in the `.env` of the project. */
async function load(project: string, { cwd, args = [], environment = {} }: Start) {
  const settings = {
    CONCURRENT_USERS: '2',
    TEST_DURATION: '3',
    REQUESTS_PER_USER: '2',
    BROWSER_USERS: '0',
    DASHBOARD_PORT: 'off',
    TARGETS: 'p95 < 5000 ms',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"`);
  writeFileSync(join(project, '.env'), lines.join('\n'));
  const playwright = join(root, 'node_modules/playwright/cli.js');
  const child = spawn(process.execPath, [playwright, 'test', '--project=load', '--workers=1', ...args], {
    cwd,
    env: { ...outerEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  await test.info().attach('output', { body: output, contentType: 'text/plain' });
  const runs = readdirSync(join(project, 'reports/runs'));
  const path = join(project, 'reports/runs', runs[0]!, 'summary.json');
  return { code, runs, summary: summarySchema.parse(JSON.parse(readFileSync(path, 'utf8'))) };
}

interface Start {
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Checks the exit code against the verdict, which depends on the load of the machine. */
function expectWhole(project: string, { code, runs, summary }: Awaited<ReturnType<typeof load>>): void {
  expect(runs).toHaveLength(1);
  expect(summary.users.requested).toBe(2);
  expect(code).toBe(summary.verdict === 'passed' ? 0 : 1);
  expect(readdirSync(join(project, 'reports/history')).filter((name) => name.endsWith('.json'))).toHaveLength(
    1,
  );
  expect(readdirSync(join(project, 'reports/runs', runs[0]!, 'html'))).toContain('index.html');
}

test.describe('a load run', () => {
  test.setTimeout(300_000);

  test('works in a folder with special characters of URLs, glob patterns and shells', async () => {
    const project = copyOfProject("100 %41 #1 [ä] {b,c} (d) $e 'f'.");
    const scratch = join(parent, 'tmp with spaces');
    mkdirSync(scratch);
    expectWhole(project, await load(project, { cwd: project, environment: { TMPDIR: scratch } }));
  });

  test('works from a subfolder through a symbolic link, with -c', async () => {
    const project = copyOfProject('real');
    const link = join(parent, 'link');
    symlinkSync(project, link);
    const before = readdirSync(join(project, 'docs'));
    expectWhole(project, await load(project, { cwd: join(link, 'docs'), args: ['-c', '..'] }));
    expect(readdirSync(join(project, 'docs'))).toEqual(before);
  });

  test('works from another folder, with the full path of the configuration file', async () => {
    const project = copyOfProject('real');
    const cwd = join(parent, 'elsewhere');
    mkdirSync(cwd);
    const args = ['-c', join(project, 'playwright.config.ts')];
    expectWhole(project, await load(project, { cwd, args }));
    expect(readdirSync(cwd)).toEqual([]);
  });
});

/** Each file and folder with its size and the time of its change. The caches of compiled files are no part of a run. */
function contentOf(folder: string): string[] {
  const isCache = (path: string) => /^(playwright-transform-cache|tsx)-/.test(path);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('node_modules/') && !isCache(path))
    .map((path) => {
      const { size, mtimeMs } = lstatSync(join(folder, path));
      return `${path} ${size} ${mtimeMs}`;
    })
    .sort();
}

test('a list of tests changes nothing in the project and in the folder for temporary files', () => {
  const project = copyOfProject('listed');
  const temporary = join(parent, 'tmp');
  mkdirSync(temporary);
  const env = { ...outerEnvironment(), TMPDIR: temporary };
  const before = contentOf(project);
  expect(before.length).toBeGreaterThan(1000);
  for (const args of [
    ['scripts/npm-script.mjs', '--set-up', 'playwright', 'test', '--project=load', '--list'],
    ['scripts/npm-script.mjs', 'playwright', 'test', '--list'],
    [
      'scripts/npm-script.mjs',
      'playwright',
      'test',
      '--list',
      '--grep',
      'meeting',
      'tests/load',
      'tests/bench',
    ],
    ['scripts/npm-script.mjs', '--set-up', 'playwright', 'test', '--config', 'tests/harness', '--list'],
  ]) {
    const listed = spawnSync(process.execPath, args, { cwd: project, env, encoding: 'utf8' });
    expect([listed.status, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout).toMatch(/Total: [1-9]\d* tests? in \d+ files?/);
    expect([contentOf(project), contentOf(temporary)]).toEqual([before, []]);
  }
});
