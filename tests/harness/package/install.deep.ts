import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { installed, stagedOnce } from './staged.ts';

test.describe.configure({ timeout: 300_000 });

let folder: string;
/** The path of the packed file. */
let packed: string;

test.beforeAll(async () => {
  await stagedOnce();
  folder = mkdtempSync(join(tmpdir(), 'fullhouse-install-'));
  npm(installed, 'pack', '--ignore-scripts', '--pack-destination', folder);
  packed = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!);
});
test.afterAll(() => rmSync(folder, { recursive: true }));

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The bytes of a folder on the disk. */
function bytesOf(path: string): number {
  const found = lstatSync(path);
  if (!found.isDirectory()) return found.blocks * 512;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

const PLAYWRIGHT = ['playwright', 'playwright-core', '@playwright'];

test('an install for a team with its own service has less than 60 MB beside Playwright', async ({}, testInfo) => {
  writeFileSync(join(folder, 'package.json'), '{ "name": "team", "version": "1.0.0" }');
  npm(folder, 'install', '--no-audit', '--no-fund', '--save-dev', packed, '@playwright/test');
  const modules = join(folder, 'node_modules');
  const sizes = readdirSync(modules).map((name) => ({ name, mb: bytesOf(join(modules, name)) / 1e6 }));
  const beside = sizes.filter(({ name }) => !PLAYWRIGHT.includes(name));
  const sum = beside.reduce((total, { mb }) => total + mb, 0);
  const largest = beside.toSorted((one, other) => other.mb - one.mb).slice(0, 5);
  testInfo.annotations.push({
    type: 'size',
    description: `${sum.toFixed(1)} MB: ${largest.map(({ name, mb }) => `${name} ${mb.toFixed(1)}`).join(', ')}`,
  });
  expect(sum).toBeLessThan(60);
  // What only the reference service needs is not there.
  expect(sizes.map(({ name }) => name)).not.toContain('fastify');
  expect(npm(folder, 'exec', '--no', '--', 'fullhouse', '--help')).toContain('Usage: npx fullhouse COMMAND');
  expect(basename(packed)).toMatch(/^fullhouse-\d+\.\d+\.\d+\.tgz$/);
});
