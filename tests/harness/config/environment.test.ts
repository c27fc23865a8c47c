import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  announceCoordinator,
  beginRun,
  choosesPhase,
  commandLine,
  coordinatorAddress,
  currentRun,
  dashboardPort,
  loadSettings,
  mayLoad,
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

test.describe('the command line, as Playwright reads it', () => {
  const some = commandLine([]).workers;
  const table: [string, number, string?][] = [
    ['', some],
    ['--workers=3', 3],
    ['--workers 3', 3],
    ['-j 3', 3],
    ['-j3', 3],
    ['-j=3', 3],
    ['--workers=100%', cpus().length],
    ['-j 100%', cpus().length],
    ['-j100%', cpus().length],
    ['--workers=1%', 1],
    ['--workers=0', 1],
    ['--workers=many', 1], // Playwright refuses it with a sentence of its own
    ['--workers=2 --workers=5', 5],
    ['--workers=2 -j 5', 5],
    ['tests/load -- --workers=5', some],
    ['--workers-of-another-kind=5', some],
    ['--project=load --shard=2/3 -j 2', 2, '2/3'],
    ['--shard 1/4 --workers=2', 2, '1/4'],
    ['--shard=half --workers=2', 2],
  ];
  for (const [written, workers, shard = '1/1'] of table) {
    test(`"${written}" asks for ${workers} workers, shard ${shard}`, () => {
      const args = ['node', 'playwright', 'test', ...written.split(' ').filter(Boolean)];
      const read = commandLine(args);
      expect(read).toEqual({
        workers,
        shard: { index: Number(shard.split('/')[0]), of: Number(shard.split('/')[1]) },
      });
    });
  }

  test('without --workers there are at most four, one per core', () => {
    expect(some).toBeGreaterThanOrEqual(1);
    expect(some).toBeLessThanOrEqual(Math.min(4, cpus().length));
  });

  const phases: [string, boolean][] = [
    ['', false],
    ['--workers=4 rapid-join', false],
    ['--project=bench', true],
    ['--project load --workers 2', true],
    ['tests/chaos/packet-loss.spec.ts', true],
    ['./tests/chaos tests/chaos/packet-loss.spec.ts:12', true],
    ['tests/chaos tests/bench', false],
    ['tests/', false],
  ];
  for (const [written, chooses] of phases) {
    test(`"${written}" ${chooses ? 'asks for one phase' : 'leaves it at all phases'}`, () => {
      expect(choosesPhase(['node', 'playwright', 'test', ...written.split(' ').filter(Boolean)])).toBe(
        chooses,
      );
    });
  }

  const loads: [string, boolean][] = [
    ['', true],
    ['--project=load --workers 2', true],
    ['--project=chaos', false],
    ['--project bench', false],
    ['tests/load', true],
    ['tests/chaos/packet-loss.spec.ts', false],
    ['tests/chaos tests/load', true],
  ];
  for (const [written, may] of loads) {
    test(`"${written}" ${may ? 'leaves the load test in' : 'leaves the load test out'}`, () => {
      expect(mayLoad(['node', 'playwright', 'test', ...written.split(' ').filter(Boolean)])).toBe(may);
    });
  }
});
