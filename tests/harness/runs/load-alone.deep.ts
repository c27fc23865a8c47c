import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { expectHonest } from './honest.ts';
import { outerEnvironment, run } from './run.ts';

test.describe('a load run', () => {
  test('a load run warns and is inconclusive if the arrival interval admits fewer users', async () => {
    const { code, output, summary } = await run({
      CONCURRENT_USERS: '60',
      TEST_DURATION: '6',
      ARRIVAL_INTERVAL_MS: '200',
      TARGETS: '',
    });
    const reason = summary!.reasons.find(({ subject }) => subject === 'users reached >= 90 %');
    expect(reason?.message, output).toContain('ARRIVAL_INTERVAL_MS');
    expect({ code, verdict: summary!.verdict }).toEqual({ code: 2, verdict: 'inconclusive' });
    const before = output.slice(0, output.indexOf('the workers start'));
    expect(before).toContain('of 60 users can be reached');
  });

  test('a load run is inconclusive if all sessions are cut short', async () => {
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
    expect({ code, verdict: summary!.verdict }).toEqual({ code: 2, verdict: 'inconclusive' });
  });
});

test.describe('the exit code of a load run without its reporters', () => {
  const args = ['--project=load', '--workers=2', '--no-deps', '--reporter=line'];

  test('a load run without its reporters exits with 1 after a missed target', async () => {
    const { code, output } = await run({ TARGETS: 'p95 < 0.01 ms' }, args);
    expect(code).toBe(1);
    expect(output).toContain('latency p95 was ');
    expect(output).toContain('FAILED');
  });

  test('the exit code matches the verdict on a healthy service, with and without the reporters', async () => {
    for (const one of [args, args.slice(0, -1)]) {
      const { code, output, summary } = await run({}, one);
      if (summary) expectHonest(code, summary);
      else expect(code).toBe(output.includes('✅ PASSED') ? 0 : 1);
    }
  });
});

test('a load run with an unreadable baseline is inconclusive and names the file', async () => {
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
    expect(code).toBe(2);
    expect(summary!.verdict).toBe('inconclusive');
    expect(output).toContain(`Not compared with the baseline: ${file} cannot be read`);
    expect(output).not.toContain('PASSED');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
