import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import type { Run } from '../../../src/config/environment.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { projects } from '../../../src/run/projects.ts';

const root = join(import.meta.dirname, '../../..');
const print = `
  const { default: config } = await import('./playwright.config.ts');
  console.log(JSON.stringify(config.projects.map(({ name }) => name)));`;

const whole: Run = { id: 'r', workers: 1, shard: { index: 1, of: 2 }, startsServiceOn: 0 };
const settings = readSettings({});
const names = (run: Run, isPhaseChosen?: boolean) =>
  projects({ settings, run }, isPhaseChosen).map(({ name }) => name);

const tied = ['service', 'offers', 'machine', 'load', 'load verdict', 'chaos', 'bench', 'conduct'];

test('the workers of a shard know the phase that it was asked for', () => {
  // A worker was started without a word of what was asked for, as this process was.
  expect(names(whole)).toEqual(tied);
});

test('a shard that was asked for no phase is a load alone', () => {
  expect(names({ ...whole, loadsAlone: true })).toEqual(['load', 'load verdict']);
});

test('a phase that was chosen is tied to no other', () => {
  expect(names(whole, true)).toEqual(['load', 'load verdict', 'chaos', 'bench', 'conduct']);
});

test('the configuration file has the projects of the run that its environment names', async () => {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const env = { ...environment, FULLHOUSE_RUN: JSON.stringify({ ...whole, loadsAlone: true }) };
  const args = ['--import', 'tsx', '--input-type=module', '--eval', print];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  expect(JSON.parse(stdout)).toEqual(['load', 'load verdict']);
});
