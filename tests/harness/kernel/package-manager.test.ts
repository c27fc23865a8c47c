import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { addArguments, addCommand, packageManagerOf } from '../../../src/kernel/package-manager.ts';

// Outside of this repository, which has a lock file.
let outside: string;
test.beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'package-manager-'));
});
test.afterAll(() => rmSync(outside, { recursive: true }));
const emptyFolder = () => mkdtempSync(join(outside, 'folder-'));

/** A folder with these files, and a folder in it. */
function folders(files: Readonly<Record<string, string>>): { top: string; inner: string } {
  const top = emptyFolder();
  const inner = join(top, 'apps', 'web');
  mkdirSync(inner, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(top, name), text);
  return { top, inner };
}

const environment = {};

test('the package manager is that of the lock file or of package.json, also above a folder', () => {
  for (const [files, manager] of [
    [{ 'package-lock.json': '{}' }, 'npm'],
    [{ 'pnpm-lock.yaml': '' }, 'pnpm'],
    [{ 'yarn.lock': '' }, 'yarn'],
    [{ 'package.json': '{"packageManager":"pnpm@10.1.0"}', 'yarn.lock': '' }, 'pnpm'],
    [{ 'package.json': 'not JSON', 'yarn.lock': '' }, 'yarn'],
  ] as const) {
    const { top, inner } = folders(files);
    expect([files, packageManagerOf({ folder: top, environment })]).toEqual([files, manager]);
    expect(packageManagerOf({ folder: inner, environment })).toBe(manager);
  }
});

test('without a lock file, the package manager is the one that started the command, or npm', () => {
  const folder = emptyFolder();
  const started = (npm_config_user_agent: string) =>
    packageManagerOf({ folder, environment: { npm_config_user_agent } });
  expect(started('pnpm/10.1.0 npm/? node/v22.1.0 linux x64')).toBe('pnpm');
  expect(started('yarn/1.22.22 npm/? node/v22.1.0 linux x64')).toBe('yarn');
  expect(started('other/1.0.0')).toBe('npm');
  expect(packageManagerOf({ folder, environment })).toBe('npm');
});

test('a lock file above the repository does not count', () => {
  const { inner } = folders({ 'yarn.lock': '' });
  mkdirSync(join(inner, '.git'));
  expect(packageManagerOf({ folder: inner, environment })).toBe('npm');
});

test('packages are added as development dependencies, and ranges are quoted', () => {
  const packages = ['pg@^8.23.1', '@fastify/cors'];
  const added = (files: Record<string, string>) =>
    addCommand(packages, { folder: folders(files).top, environment });
  expect(added({})).toBe('npm install --save-dev "pg@^8.23.1" @fastify/cors');
  expect(added({ 'pnpm-lock.yaml': '' })).toBe('pnpm add --save-dev "pg@^8.23.1" @fastify/cors');
  expect(added({ 'yarn.lock': '' })).toBe('yarn add --dev "pg@^8.23.1" @fastify/cors');
  const { top } = folders({ 'yarn.lock': '' });
  expect(addArguments(packages, { folder: top, environment })).toEqual(['yarn', 'add', '--dev', ...packages]);
});

test('the root of a workspace is named, because package managers refuse it otherwise', () => {
  const added = (files: Record<string, string>, folder: 'top' | 'inner' = 'top') =>
    addCommand(['pg'], { folder: folders(files)[folder], environment });
  const workspaces = '{"workspaces":["apps/*"]}';
  expect(added({ 'pnpm-workspace.yaml': '' })).toBe('pnpm add --save-dev --workspace-root pg');
  expect(added({ 'pnpm-workspace.yaml': '' }, 'inner')).toBe('pnpm add --save-dev pg');
  expect(added({ 'package.json': workspaces, 'yarn.lock': '# yarn lockfile v1' })).toBe(
    'yarn add --dev --ignore-workspace-root-check pg',
  );
  expect(added({ 'package.json': workspaces, 'yarn.lock': '__metadata:' })).toBe('yarn add --dev pg');
});
