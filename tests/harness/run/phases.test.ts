import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import type { Phase, Run } from '../../../src/config/environment.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { phaseFolders } from '../../../src/run/phase-folders.ts';
import { projects } from '../../../src/run/projects.ts';

const root = join(import.meta.dirname, '../../..');
const print = `
  const config = await (await import('./playwright.config.ts')).default;
  console.log(JSON.stringify(config.projects.map(({ name }) => name)));`;

const whole: Run = { id: 'r', workers: 1, shard: { index: 1, of: 2 }, startsServiceOn: 0 };
const settings = readSettings({});
const folders = phaseFolders('tests');
const phases = ['load', 'load verdict', 'chaos', 'bench', 'conduct'];

const projectsOf = (asked?: readonly Phase['name'][]) =>
  projects({ settings, folders, run: { ...whole, phases: asked?.map((name) => ({ name })) } });

/**
 * The phases before each phase, by Playwright's rules: a project runs after its dependencies, and a teardown after its
 * owner and everything that depends on the owner.
 */
function order(asked: readonly Phase['name'][]) {
  const all = projectsOf(asked);
  const named = (name: string) => all.find((one) => one.name === name)!;
  const before = (name: string): Set<string> => {
    const owners = all.filter(({ teardown }) => teardown === name).map((one) => one.name!);
    const dependents = owners.flatMap((owner) => dependentsOf(owner));
    const first = [...(named(name).dependencies ?? []), ...owners, ...dependents];
    return new Set(first.flatMap((one) => [one, ...before(one)]));
  };
  const dependentsOf = (name: string): string[] =>
    all
      .filter(({ dependencies }) => dependencies?.includes(name))
      .flatMap((one) => [one.name!, ...(one.teardown ? [one.teardown] : []), ...dependentsOf(one.name!)]);
  return Object.fromEntries(asked.map((name) => [name, asked.filter((other) => before(name).has(other))]));
}

test('a run without named phases has the projects of all phases', () => {
  expect(projectsOf().map(({ name }) => name)).toEqual(['service', 'offers', 'machine', ...phases]);
});

test('a single requested phase depends on no other phase', () => {
  for (const name of ['load', 'chaos', 'bench', 'conduct'] as const) {
    const found = projectsOf([name]);
    expect(found.map((one) => one.name)).toEqual(phases);
    expect(found.flatMap(({ dependencies = [] }) => dependencies)).toEqual([]);
    expect(found.flatMap(({ teardown = [] }) => teardown)).toEqual(['load verdict']);
  }
});

const several: Phase['name'][][] = [
  ['load', 'chaos', 'bench', 'conduct'],
  ['load', 'bench'],
  ['load', 'conduct'],
  ['chaos', 'bench'],
  ['load', 'chaos', 'conduct'],
  ['chaos', 'bench', 'conduct'],
];
for (const asked of several)
  test(`runs the phases ${asked.join(', ')} in this order`, () => {
    expect(order(asked)).toEqual(
      Object.fromEntries(asked.map((name, place) => [name, asked.slice(0, place)])),
    );
  });

test('all phases run after the projects of the team, if both are requested', () => {
  const own = [{ name: 'web' }, { name: 'api', dependencies: ['web'] }];
  const run: Run = { ...whole, phases: several[0]!.map((name) => ({ name })), own: 'before' };
  const all = projects({ settings, folders, run, own });
  const named = (name: string) => all.find((one) => one.name === name)!;
  // Each phase is the teardown of a tie, and the projects of the team depend on the last tie.
  expect(named('web').dependencies).toEqual(['machine']);
  expect(named('api').dependencies).toEqual(['web', 'machine']);
  expect(named('load').dependencies).toBeUndefined();
  const ties = ['settings', 'contract', 'service', 'offers', 'machine'].map(named);
  expect(ties.map(({ teardown }) => teardown)).toEqual(['conduct', 'bench', 'chaos', 'load verdict', 'load']);
  expect(ties.map(({ dependencies }) => dependencies)).toEqual([
    [],
    ['settings'],
    ['contract'],
    ['service'],
    ['offers'],
  ]);
  // Playwright would wait for ever for a teardown of a teardown, and run neither.
  expect(named('load').teardown).toBeUndefined();
});

test('the projects of the team are unchanged if they run without phases, or phases without them', () => {
  const own = [{ name: 'web' }];
  const found = projects({ settings, folders, run: { ...whole, phases: [{ name: 'load' }] }, own });
  expect(found[0]).toEqual({ name: 'web' });
});

test('a later phase runs only the requested tests', () => {
  const only = { files: ['endpoints.spec.ts'], titles: ['How fast? 5 calls (a+b)'] };
  const run: Run = { ...whole, phases: [{ name: 'load' }, { name: 'bench', only }] };
  const bench = projects({ settings, folders, run }).find(({ name }) => name === 'bench')!;
  expect(bench.testMatch).toEqual(['endpoints.spec.ts']);
  const [pattern] = bench.grep as RegExp[];
  const path = 'bench endpoints.spec.ts';
  expect(pattern!.test(`${path} How fast? 5 calls (a+b)`)).toBe(true);
  expect(pattern!.test(`${path} How fast? 5 calls (a+b) @slow`)).toBe(true);
  expect(pattern!.test(`${path} How fast? 5 calls (a+b), and more`)).toBe(false);
});

test('the configuration file has the projects of the run in FULLHOUSE_RUN', async () => {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const env = { ...environment, FULLHOUSE_RUN: JSON.stringify({ ...whole, phases: [{ name: 'load' }] }) };
  const args = ['--import', 'tsx', '--input-type=module', '--eval', print];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  expect(JSON.parse(stdout)).toEqual(phases);
});
