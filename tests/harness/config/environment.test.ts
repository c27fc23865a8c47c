import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  announceCoordinator,
  beginRun,
  configure,
  coordinatorAddress,
  currentRun,
  dashboardPort,
  dashboardStay,
  loadSettings,
  serviceFoundAt,
  unusedNames,
  withDefaults,
} from '../../../src/config/environment.ts';

test.describe.configure({ mode: 'serial' }); // one process has one environment

let folder: string;
const before = { environment: { ...process.env }, folder: process.cwd() };

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullhouse-environment-'));
  process.chdir(folder);
  for (const name of [
    'SEED',
    'CONCURRENT_USERS',
    'MEETINGS_SERVICE_URL',
    'FULLHOUSE_RUN',
    'FULLHOUSE_COORDINATOR',
  ])
    delete process.env[name];
});
test.afterEach(() => {
  process.chdir(before.folder);
  for (const name of Object.keys(process.env)) if (!(name in before.environment)) delete process.env[name];
  Object.assign(process.env, before.environment);
  rmSync(folder, { recursive: true });
});

test.describe('settings', () => {
  const dotenv = 'CONCURRENT_USERS=7 # a comment\nSEED="9"\n# TEST_DURATION=1\n';

  test('come from .env, and defaults fill the rest', () => {
    writeFileSync('.env', dotenv);
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 7, SEED: 9, TEST_DURATION: 60 });
  });

  test('come from the environment rather than from .env', () => {
    writeFileSync('.env', dotenv);
    process.env.CONCURRENT_USERS = '8';
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 8, SEED: 9 });
  });

  test('come from .env when they are empty in the environment', () => {
    writeFileSync('.env', dotenv);
    process.env.CONCURRENT_USERS = ' ';
    process.env.SEED = '';
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 7, SEED: 9 });
  });

  test('come from the environment and the defaults without a .env file', () => {
    process.env.SEED = '3';
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 50, SEED: 3 });
  });

  test('cause an error when they are wrong in .env', () => {
    writeFileSync('.env', 'SEED=seven');
    expect(() => loadSettings()).toThrow('SEED: "seven" is not allowed.');
  });

  test('cause an error when misspelt in .env or in the environment', () => {
    process.env.BROWSER_USER = '5';
    writeFileSync('.env', 'CONCURENT_USERS=7\nSEED=seven\nMY_KEY=1');
    expect(() => loadSettings()).toThrow(
      /^\.env: CONCURENT_USERS is not known\. Did you mean CONCURRENT_USERS\?\nEnvironment variable BROWSER_USER is not known\. Did you mean BROWSER_USERS\?[^\n]*\nSEED: "seven" is not allowed\.[^\n]*$/,
    );
    writeFileSync('.env', '');
    expect(() => loadSettings()).toThrow('set IGNORED_VARIABLES=BROWSER_USER');
    writeFileSync('.env', 'IGNORED_VARIABLES=X, BROWSER_USER');
    expect(loadSettings()).toMatchObject({ BROWSER_USERS: 2 });
  });

  test('names that nothing reads cause a warning, but not those of the contract', () => {
    writeFileSync('.env', 'LOGIN_PASSWORD=x\nUSERS=7\nDATABASE_URL=y\nPASSWORD=z');
    expect(unusedNames('password: env.LOGIN_PASSWORD', { TARGET: 'x86', PATH: '/bin', SEEDS: '' })).toEqual([
      'Warning: environment variable TARGET is not a setting. Did you mean TARGETS?',
      'Warning: .env: PASSWORD is not a setting, and nothing reads it. Remove it, or see docs/settings.md.',
      'Warning: .env: USERS is not a setting, and nothing reads it. Did you mean CONCURRENT_USERS?',
    ]);
  });

  test('of a contract yield to the environment and to .env', () => {
    writeFileSync('.env', 'SEED=2');
    expect(
      withDefaults({ SEED: '1', ITERATIONS: '1', TARGETS: 'a' }, { ITERATIONS: '3', TARGETS: '' }),
    ).toEqual({
      SEED: '2',
      ITERATIONS: '3',
      TARGETS: 'a',
    });
  });
});

test.describe('settings of a project’s configuration', () => {
  test.afterEach(() => configure({}));

  test('yield to the environment and to .env, and not to a contract', () => {
    writeFileSync('.env', 'SEED=2');
    configure({ SEED: '7', ITERATIONS: '7', BENCH_WARMUP: '7' });
    const { SEED, ITERATIONS, BENCH_WARMUP } = loadSettings({ ITERATIONS: '3' });
    expect([SEED, ITERATIONS, BENCH_WARMUP]).toEqual([2, 3, 7]);
    expect(withDefaults({ BENCH_WARMUP: '1', BENCH_CONCURRENCY: '1' }, {})).toMatchObject({
      BENCH_WARMUP: '7',
      BENCH_CONCURRENCY: '1',
    });
  });

  test('name no targets where the environment names a file of targets', () => {
    writeFileSync('targets.json', '{ "latency p95": "< 7 ms" }');
    configure({ TARGETS: 'latency p95 < 500 ms' });
    const texts = (given: Record<string, string>) => loadSettings(given).targets.map(({ text }) => text);
    expect(texts({})).toEqual(['latency p95 < 500 ms']);
    expect(texts({ TARGETS_FILE: 'targets.json' })).toEqual(['latency p95 < 7 ms']);
    expect(texts({ TARGETS: 'latency p95 < 9 ms' })).toEqual(['latency p95 < 9 ms']);
  });
});

test.describe('run that the main process begins', () => {
  test('is visible to the workers', () => {
    expect(currentRun()).toBeUndefined();
    const run = { id: 'r', workers: 4, shard: { index: 2, of: 3 }, startsServiceOn: 3002 };
    beginRun(run);
    expect(currentRun()).toEqual(run);
    serviceFoundAt('http://127.0.0.1:4000');
    expect(loadSettings().MEETINGS_SERVICE_URL).toBe('http://127.0.0.1:4000');
  });

  test('causes an error with the start command when it is missing', () => {
    expect(() => coordinatorAddress()).toThrow('npx playwright test');
    announceCoordinator('1:token');
    expect(coordinatorAddress()).toBe('1:token');
  });
});

test.describe('the port of the dashboard', () => {
  const port = (DASHBOARD_PORT: number | 'auto' | null, CI?: string) => {
    delete process.env.CI;
    if (CI !== undefined) process.env.CI = CI;
    return dashboardPort({ DASHBOARD_PORT });
  };

  test('is 3333 by default, and null in CI unless DASHBOARD_PORT is set', () => {
    expect(port('auto')).toBe(3333);
    expect(port('auto', '1')).toBeNull();
    expect(port(4000, '1')).toBe(4000);
    expect(port(0)).toBe(0);
  });

  test('is null when the dashboard is off', () => {
    expect(port(null)).toBeNull();
  });

  test('the dashboard stays after a run only in a terminal outside CI, or on request', () => {
    const stay = (keep: boolean | 'auto', isTerminal: boolean, CI?: string) => {
      delete process.env.CI;
      if (CI !== undefined) process.env.CI = CI;
      return dashboardStay({ DASHBOARD_KEEP: keep }, isTerminal);
    };
    expect([stay('auto', true), stay('auto', false), stay('auto', true, '1')]).toEqual([
      'while read',
      'no',
      'no',
    ]);
    expect([stay(true, false, '1'), stay(false, true)]).toEqual(['until read', 'no']);
  });
});
