import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { expectHonest } from './honest.ts';
import { outerEnvironment, run } from './run.ts';

test.describe('a run that did not test what was asked for', () => {
  test('an interval that admits fewer users: a warning before the run, and inconclusive', async () => {
    const { code, output, summary } = await run({
      CONCURRENT_USERS: '60',
      TEST_DURATION: '6',
      ARRIVAL_INTERVAL_MS: '200',
      TARGETS: '',
    });
    const reason = summary!.reasons.find(({ kind }) => kind === 'nothing tested');
    expect(reason?.message, output).toContain('ARRIVAL_INTERVAL_MS');
    expect({ code, verdict: summary!.verdict }).toEqual({ code: 1, verdict: 'inconclusive' });
    const before = output.slice(0, output.indexOf('the workers start'));
    expect(before).toContain('of 60 users can be reached');
  });

  test('sessions that are all cut short: never passed', async () => {
    const { code, output, summary } = await run({
      CONCURRENT_USERS: '2',
      TEST_DURATION: '3',
      REQUESTS_PER_USER: '100',
      THINK_TIME_MS: '900..1000',
      DRAIN_TIMEOUT: '1',
    });
    expect(summary!.sessions).toMatchObject({ started: 2, completed: 0, cutShort: 2 });
    expect(summary!.reasons.map(reasonText), output).toContain(
      'no session completed: 2 started, 2 were cut short',
    );
    expect({ code, verdict: summary!.verdict }).toEqual({ code: 1, verdict: 'inconclusive' });
  });
});

test.describe('the exit code without the verdict and without our reporters', () => {
  const args = ['--project=load', '--workers=2', '--no-deps', '--reporter=line'];

  test('a missed target', async () => {
    const { code, output } = await run({ TARGETS: 'p95 < 0.01 ms' }, args);
    expect(code).toBe(1);
    expect(output).toContain('latency p95 was ');
    expect(output).toContain('FAILED');
  });

  test('a healthy run, with our reporters as without', async () => {
    for (const one of [args, args.slice(0, -1)]) {
      const { code, output, summary } = await run({}, one);
      if (summary) expectHonest(code, summary);
      else expect(code).toBe(output.includes('✅ PASSED') ? 0 : 1);
    }
  });
});

test('a baseline that cannot be read: it is named, the run has not passed, and no output claims that it has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-baseline-'));
  try {
    const past = { HISTORY_FOLDER: join(folder, 'history'), BASELINES_FOLDER: join(folder, 'baselines') };
    await run(past);
    const command = [
      '--import',
      'tsx',
      'src/kernel/start-command.ts',
      'src/history/commands/baseline.ts',
      '--yes',
      '--even-if-failed',
    ];
    execFileSync(process.execPath, command, { env: { ...outerEnvironment(), ...past } });
    const [file] = readdirSync(past.BASELINES_FOLDER);
    writeFileSync(join(past.BASELINES_FOLDER, file!), '<<<<<<< HEAD');
    const { code, output, summary } = await run(past);
    expect(code).toBe(1);
    expect(summary!.verdict).toBe('inconclusive');
    expect(output).toContain(`Not compared with the baseline: ${file} cannot be read`);
    expect(output).not.toContain('PASSED');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
