import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from '@playwright/test';
import { main } from '../../../scripts/setup/main.mjs';
import { test } from './folder.ts';

const scripts = join(import.meta.dirname, '../../../scripts');

/** A small checkout with one local package, so that the installation needs no network. */
function checkout(root: string, more: object = {}) {
  const link = { resolved: 'tiny', link: true };
  const dependencies = { tiny: 'file:tiny' };
  const about = { name: 'mini', version: '1.0.0', engines: { node: '>=20' }, dependencies, ...more };
  const files: Record<string, object> = {
    'package.json': about,
    'package-lock.json': {
      name: 'mini',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: { '': about, 'node_modules/tiny': link, tiny: { version: '1.0.0' } },
    },
    'tiny/package.json': { name: 'tiny', version: '1.0.0' },
  };
  cpSync(scripts, join(root, 'scripts'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), JSON.stringify(content));
  }
}

/** A fake npm that logs its calls and, unless `NPM_FAILS` is set, installs the packages of the lock file. */
function fakeNpm(root: string) {
  const path = join(root, 'fake/npm-cli.js');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(join(root, 'fake/package.json'), '{"type": "commonjs"}');
  writeFileSync(
    path,
    `const fs = require('fs');
     fs.appendFileSync('npm.log', process.argv.slice(2, 3) + '\\n');
     if (process.env.NPM_FAILS && process.argv[2] === 'ci') { console.error('npm error ' + process.env.NPM_FAILS); process.exit(1); }
     fs.rmSync('node_modules', { recursive: true, force: true });
     fs.mkdirSync('node_modules');
     const { packages } = JSON.parse(fs.readFileSync('package-lock.json'));
     fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));`,
  );
  return path;
}

type Settings = Record<string, string>;

/** The environment of `npm start`, without the settings of the running test. */
function environment(settings: Settings) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^CHROMIUM|^SKIP_|^PLAYWRIGHT_/i.test(name),
  );
  return { ...Object.fromEntries(kept), npm_lifecycle_event: 'start', ...settings };
}

/** Runs the set-up of a checkout in this process. */
async function setUp(root: string, args: string[] = ['--no-browser'], settings: Settings = {}) {
  let output = '';
  const say = (line: string) => {
    output += `${line}\n`;
  };
  return { code: await main(args, { root, env: environment(settings), say, complain: say }), output };
}

/** Runs the set-up in a separate process, as `npm run setup` does. */
async function started(root: string, args: string[] = ['--no-browser'], settings: Settings = {}) {
  const script = join(root, 'scripts/setup.mjs');
  const child = spawn(process.execPath, [script, ...args], { cwd: root, env: environment(settings) });
  const [[code], output, errors] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, output, errors };
}
const calls = (root: string) =>
  existsSync(join(root, 'npm.log')) ? readFileSync(join(root, 'npm.log'), 'utf8') : '';

test.describe('the set-up of a checkout', () => {
  test('installs the packages once with the real npm, and then prints nothing', async ({ folder: root }) => {
    checkout(root);
    const first = await started(root);
    expect(first).toMatchObject({
      code: 0,
      errors: '',
      output: expect.stringMatching(/^Installing .*\nInstalled the packages in \d+ s\.\n$/),
    });
    expect(existsSync(join(root, 'node_modules/tiny/package.json'))).toBe(true);
    expect(await setUp(root)).toEqual({ code: 0, output: '' });
    expect(existsSync(join(root, '.fullhouse/setup.lock'))).toBe(false);
    const byName = await setUp(root, ['--no-browser'], { npm_lifecycle_event: 'setup' });
    expect(byName).toEqual({ code: 0, output: 'Everything is in place.\n' });
  });

  test('installs again after a change of the lock file or an unfinished npm ci', async ({ folder: root }) => {
    checkout(root);
    const npm_execpath = fakeNpm(root);
    const once = () => setUp(root, ['--no-browser'], { npm_execpath });
    await once();
    await once();
    expect(calls(root)).toBe('ci\n');
    rmSync(join(root, 'node_modules/.package-lock.json'));
    await once();
    expect(calls(root)).toBe('ci\nci\n');
    const lock = join(root, 'package-lock.json');
    const before = readFileSync(lock, 'utf8');
    writeFileSync(
      lock,
      before.replace('"node_modules/tiny"', '"node_modules/other":{"version":"2.0.0"},"node_modules/tiny"'),
    );
    await once();
    expect(calls(root)).toBe('ci\nci\nci\n');
    writeFileSync(lock, before);
    expect(await once(), 'what is too many does no harm').toEqual({ code: 0, output: '' });
  });

  test('keeps packages from npm install, and replaces packages of another platform', async ({
    folder: root,
  }) => {
    checkout(root);
    const npm_execpath = fakeNpm(root);
    mkdirSync(join(root, 'node_modules'));
    cpSync(join(root, 'package-lock.json'), join(root, 'node_modules/.package-lock.json'));
    expect(await setUp(root, ['--no-browser'], { npm_execpath })).toEqual({ code: 0, output: '' });
    const stamp = join(root, 'node_modules/.fullhouse-setup.json');
    writeFileSync(stamp, readFileSync(stamp, 'utf8').replace(/"platform":"[^"]+"/, '"platform":"elsewhere"'));
    await setUp(root, ['--no-browser'], { npm_execpath });
    expect(calls(root)).toBe('ci\n');
  });

  test('installs despite a lock file without packages of other platforms, and does not change it', async ({
    folder: root,
  }) => {
    checkout(root);
    const lock = join(root, 'package-lock.json');
    const before = readFileSync(lock, 'utf8').replace(
      '"tiny":{"version":"1.0.0"',
      '"tiny":{"optionalDependencies":{"@tiny/mac":"1.0.0"},"version":"1.0.0"',
    );
    writeFileSync(lock, before);
    const settings = { npm_execpath: fakeNpm(root), NPM_FAILS: 'Missing: @tiny/mac@ from lock file' };
    const { code, output } = await setUp(root, ['--no-browser'], settings);
    expect(code).toBe(0);
    expect(output).toContain('package-lock.json omits packages of other platforms');
    expect(calls(root)).toBe('ci\ninstall\n');
    expect(readFileSync(lock, 'utf8')).toBe(before);
  });

  test('installs once if two set-ups run at once', async ({ folder: root }) => {
    checkout(root);
    const npm_execpath = fakeNpm(root);
    const both = await Promise.all([1, 2].map(() => started(root, ['--no-browser'], { npm_execpath })));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(calls(root)).toBe('ci\n');
  });
});

test.describe('a set-up that cannot continue', () => {
  test('reports a failed npm ci with advice, exits with 1, and can be repeated', async ({ folder: root }) => {
    checkout(root);
    const npm_execpath = fakeNpm(root);
    const failed = await started(root, ['--no-browser'], { npm_execpath, NPM_FAILS: 'code ENOTFOUND' });
    expect(failed.code).toBe(1);
    expect(failed.errors).toContain(
      'npm error code ENOTFOUND\nnpm failed. The package registry could not be reached',
    );
    expect(existsSync(join(root, '.fullhouse/setup.lock'))).toBe(false);
    expect((await setUp(root, ['--no-browser'], { npm_execpath })).code).toBe(0);
  });

  test('reports an old Node in one sentence, exits with 1, and does not start npm', async ({
    folder: root,
  }) => {
    checkout(root, { engines: { node: '>=999.1' } });
    const { code, output } = await setUp(root, [], { npm_execpath: fakeNpm(root) });
    expect(code).toBe(1);
    expect(output).toContain(`Node ${process.versions.node} is too old. Install Node 999.1 or newer`);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(calls(root)).toBe('');
  });

  test('refuses an unknown option', async ({ folder: root }) => {
    checkout(root);
    const { code, output } = await setUp(root, ['--browser']);
    expect(code).toBe(1);
    expect(output).toBe('Unknown option --browser. Use --no-browser or --help.\n');
  });

  test('prints the usage on --help', async ({ folder: root }) => {
    checkout(root);
    const { code, output } = await setUp(root, ['--help']);
    expect(code).toBe(0);
    expect(output).toContain('--no-browser');
  });
});

test.describe('the browser of a set-up', () => {
  test.skip(process.platform === 'win32', 'the stand-in is a shell script');

  test('the set-up saves CHROMIUM_PATH, and SKIP_BROWSER_SETUP skips the search', async ({
    folder: root,
  }) => {
    checkout(root);
    const npm_execpath = fakeNpm(root);
    const browser = join(root, 'my-chromium');
    writeFileSync(browser, '#!/bin/sh\necho Chromium 1.2.3.4\n', { mode: 0o755 });
    const settings = {
      npm_execpath,
      CHROMIUM_PATH: browser,
      PATH: [join(root, 'none'), process.env.PATH].join(delimiter),
    };
    await setUp(root, [], { ...settings, SKIP_BROWSER_SETUP: '1' });
    expect(existsSync(join(root, '.fullhouse/chromium.json'))).toBe(false);
    const { code, output } = await setUp(root, [], settings);
    expect(code).toBe(0);
    expect(output).toBe(`Chromium: ${browser} (1.2.3.4).\n`);
    expect(JSON.parse(readFileSync(join(root, '.fullhouse/chromium.json'), 'utf8'))).toMatchObject({
      path: browser,
      source: 'CHROMIUM_PATH',
      version: '1.2.3.4',
    });
    expect(await setUp(root, [], settings)).toEqual({ code: 0, output: '' });
  });
});
