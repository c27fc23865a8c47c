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

  test('come from .env where the environment is silent, and defaults fill the rest', () => {
    writeFileSync('.env', dotenv);
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 7, SEED: 9, TEST_DURATION: 60 });
  });

  test('of the environment win over .env', () => {
    writeFileSync('.env', dotenv);
    process.env.CONCURRENT_USERS = '8';
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 8, SEED: 9 });
  });

  test('that are empty in the environment do not hide those of .env', () => {
    writeFileSync('.env', dotenv);
    process.env.CONCURRENT_USERS = ' ';
    process.env.SEED = '';
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 7, SEED: 9 });
  });

  test('need no .env', () => {
    process.env.SEED = '3';
    expect(loadSettings()).toMatchObject({ CONCURRENT_USERS: 50, SEED: 3 });
  });

  test('that are wrong in .env are named like the others', () => {
    writeFileSync('.env', 'SEED=seven');
    expect(() => loadSettings()).toThrow('SEED: "seven" is not allowed.');
  });

  test('that are misspelt are a mistake in .env, and a warning in the environment', () => {
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

test.describe('what the main process decides', () => {
  test('is there for its workers', () => {
    expect(currentRun()).toBeUndefined();
    const run = { id: 'r', workers: 4, shard: { index: 2, of: 3 }, startsServiceOn: 3002 };
    beginRun(run);
    expect(currentRun()).toEqual(run);
    serviceFoundAt('http://127.0.0.1:4000');
    expect(loadSettings().MEETINGS_SERVICE_URL).toBe('http://127.0.0.1:4000');
  });

  test('without it, a test says how it is started', () => {
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

  test('is a known one, and under CI there is none unless it is asked for', () => {
    expect(port('auto')).toBe(3333);
    expect(port('auto', '1')).toBeNull();
    expect(port(4000, '1')).toBe(4000);
    expect(port(0)).toBe(0);
  });

  test('is none where the dashboard is off', () => {
    expect(port(null)).toBeNull();
  });
});
