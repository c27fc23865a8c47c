import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { childEnvironment } from '../../../../src/kernel/child-environment.ts';

const root = join(import.meta.dirname, '../../../..');

/** Runs one test that never ends, with only our console reporter. */
function play(...options: readonly string[]) {
  const command = [
    'node_modules/playwright/cli.js',
    'test',
    '--config',
    join(import.meta.dirname, 'endless'),
  ];
  const output = `--output=${test.info().outputPath()}`;
  return spawnSync(process.execPath, [...command, output, ...options], {
    cwd: root,
    encoding: 'utf8',
    env: childEnvironment(),
  });
}

test('a run that reaches --global-timeout prints one message without colours and exits with 1', () => {
  const { status, stdout, stderr } = play('--global-timeout=100');
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^The run reached its time limit \(--global-timeout=100\).+\n$/);
  expect(status).toBe(1);
});

test('a run that selects no test prints that there is no verdict', () => {
  const { status, stdout } = play('--pass-with-no-tests', '--grep=nothing');
  expect(stdout).toBe('No test was run, so there is no verdict: the command line selects no test.\n');
  expect(status).toBe(0);
});
