import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  announceCoordinator,
  beginRun,
  coordinatorAddress,
  currentRun,
  dashboardPort,
  loadSettings,
  misspeltVariables,
  serviceFoundAt,
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

  test('cause an error when misspelt in .env, and a warning in the environment', () => {
    process.env.CONCURENT_USERS = '5';
    expect(misspeltVariables({ CONCURENT_USERS: '5', PATH: '/bin', SEEDS: '' })).toEqual([
      'Warning: environment variable CONCURENT_USERS is not known. Did you mean CONCURRENT_USERS?',
    ]);
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 50 });
    writeFileSync('.env', 'CONCURENT_USERS=7\nSEED=seven\nMY_KEY=1');
    expect(() => loadSettings()).toThrow(
      /^\.env: CONCURENT_USERS is not known\. Did you mean CONCURRENT_USERS\?\nSEED: "seven" is not allowed\.[^\n]*$/,
    );
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
});
