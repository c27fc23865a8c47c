import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { childEnvironment } from '../../../../src/kernel/child-environment.ts';

const root = join(import.meta.dirname, '../../../..');

/** a run of one test that never ends, with our console reporter alone. */
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

test('a run that reaches --global-timeout reports it once, without colours for a file, and ends with 1', () => {
  const { status, stdout, stderr } = play('--global-timeout=100');
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^The run was ended by its time limit \(--global-timeout=100\).+\n$/);
  expect(status).toBe(1);
});

test('a run whose command line chooses no test reports that there is no verdict', () => {
  const { status, stdout } = play('--pass-with-no-tests', '--grep=nothing');
  expect(stdout).toBe('No test was run, so there is no verdict: the command line chooses none.\n');
  expect(status).toBe(0);
});
