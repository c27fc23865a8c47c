import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import type { Run } from '../../../src/config/environment.ts';

const root = join(import.meta.dirname, '../../..');
const print = `
  const { default: config } = await import('./playwright.config.ts');
  console.log(JSON.stringify(config.projects.map(({ name }) => name)));`;

/** The projects that a process of this run has, which was started without a word of what was asked for: a worker. */
async function projectsIn(run: Partial<Run>): Promise<string[]> {
  const whole: Run = { id: 'r', workers: 1, shard: { index: 1, of: 2 }, startsServiceOn: 0, ...run };
  const env = { ...process.env, FULLHOUSE_RUN: JSON.stringify(whole) };
  const args = ['--import', 'tsx', '--input-type=module', '--eval', print];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  return JSON.parse(stdout);
}

test('the workers of a shard know the phase that it was asked for', async () => {
  expect(await projectsIn({})).toEqual(expect.arrayContaining(['load', 'load verdict', 'chaos', 'bench']));
});

test('a shard that was asked for no phase is a load alone', async () => {
  expect(await projectsIn({ loadsAlone: true })).toEqual(['load', 'load verdict']);
});
