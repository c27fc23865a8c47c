import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { complainsOfLeftOutOnly, leftOut, missing } from '../../../scripts/setup/lock-file.mjs';
import { nodeMistake } from '../../../scripts/setup/node-version.mjs';
import { advice, npm } from '../../../scripts/setup/packages.mjs';
import { test } from './folder.ts';

test.describe('the check of the Node version', () => {
  for (const version of ['20.19.0', '20.19.5', '20.20.0', '21.0.0', '22.1.0-nightly', '100.0.0']) {
    test(`accepts Node ${version} for the range >=20.19`, () => {
      expect(nodeMistake(version, '>=20.19')).toBeUndefined();
    });
  }
  for (const version of ['20.18.9', '18.99.0', '9.20.0']) {
    test(`refuses Node ${version} for the range >=20.19`, () => {
      expect(nodeMistake(version, '>=20.19')).toContain(
        `Node ${version} is too old. Install Node 20.19 or newer`,
      );
    });
  }
  for (const range of [undefined, '^20', '>=20 <22', '']) {
    test(`reports the unsupported range "${range}"`, () => {
      expect(nodeMistake('20.0.0', range)).toContain(`engines.node in package.json is "${range}"`);
    });
  }
});

test.describe('the search for missing packages', () => {
  const linux = { platform: 'linux', arch: 'x64' };
  const tables: [
    string,
    Parameters<typeof missing>[0]['packages'],
    Parameters<typeof missing>[0]['packages'],
    string[],
  ][] = [
    [
      'finds nothing if all are installed',
      { '': {}, 'node_modules/a': { version: '1.0.0' } },
      { 'node_modules/a': { version: '1.0.0' } },
      [],
    ],
    ['finds a package that is not installed', { 'node_modules/a': { version: '1.0.0' } }, {}, ['a']],
    [
      'finds a package of another version',
      { 'node_modules/@b/a': { version: '1.0.0' } },
      { 'node_modules/@b/a': { version: '1.0.1' } },
      ['@b/a'],
    ],
    [
      'finds a nested package',
      { 'node_modules/a/node_modules/b': { version: '1.0.0' } },
      { 'node_modules/b': { version: '1.0.0' } },
      ['a/node_modules/b'],
    ],
    ['ignores an additional package', {}, { 'node_modules/extra': { version: '1.0.0' } }, []],
    [
      'ignores a linked folder',
      { lib: { version: '1.0.0' }, 'node_modules/lib': { link: true } },
      { 'node_modules/lib': { link: true } },
      [],
    ],
    ['ignores an optional package', { 'node_modules/a': { version: '1.0.0', optional: true } }, {}, []],
    [
      'finds the optional package of this platform',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] } },
      {},
      ['a'],
    ],
    [
      'ignores the optional package of another system',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['x64'] } },
      {},
      [],
    ],
    [
      'ignores the optional package of another processor',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['arm64'] } },
      {},
      [],
    ],
    [
      'ignores a package that excludes this system',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['!linux'] } },
      {},
      [],
    ],
    [
      'finds a package that excludes only another system',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['!win32'] } },
      {},
      ['a'],
    ],
  ];
  for (const [title, lock, installed, expected] of tables) {
    test(title, () => {
      expect(missing({ packages: lock }, { packages: installed }, linux)).toEqual(expected);
    });
  }
});

test.describe('a lock file without the packages of other platforms', () => {
  const lock = {
    packages: {
      'node_modules/tool': {
        optionalDependencies: { '@tool/linux': '1.0.0', '@tool/mac': '1.0.0', own: '1.0.0' },
      },
      'node_modules/@tool/linux': { version: '1.0.0' },
      'node_modules/tool/node_modules/own': { version: '1.0.0' },
    },
  };

  test('lists the named packages that the lock file omits', () => {
    expect(leftOut(lock)).toEqual(['@tool/mac']);
    expect(leftOut({ packages: { '': {} } })).toEqual([]);
  });

  const complaints: [string, boolean][] = [
    ['npm error Missing: @tool/mac@ from lock file', true],
    ['npm error Missing: @tool/mac@1.0.0 from lock file', true],
    ['npm error Missing: @tool/mac@ from lock file\nnpm error Missing: other@2.0.0 from lock file', false],
    [
      "npm error Missing: @tool/mac@ from lock file\nnpm error Invalid: lock file's a@1 does not satisfy a@2",
      false,
    ],
    ['npm error code ENOTFOUND', false],
  ];
  for (const [output, expected] of complaints) {
    test(`${expected ? 'explains' : 'does not explain'}: ${output.replace('\n', '; ')}`, () => {
      expect(complainsOfLeftOutOnly(output, lock)).toBe(expected);
    });
  }
});

test.describe('the advice after a failed npm ci', () => {
  const outputs: [string, string][] = [
    [
      'npm error code EUSAGE\nnpm error `npm ci` can only install packages when …',
      'differ. Run `npm install`',
    ],
    ['npm error code ENOTFOUND', 'registry could not be reached'],
    ['npm error network request failed, reason: connect ECONNREFUSED', 'registry could not be reached'],
    ['npm error code E401', 'Check the access in your .npmrc'],
    ['npm error code ENOSPC', 'The disk is full'],
    ['npm error code EACCES', 'npm may not write here'],
    ['Error: spawn npm ENOENT', 'Install it with Node'],
    ['npm error something else', 'Fix the npm error above'],
  ];
  for (const [output, expected] of outputs) {
    test(`exists for: ${output.split('\n')[0]}`, () => {
      expect(advice(output)).toContain(expected);
    });
  }
});

test('the set-up uses the npm that started it, and never another package manager', ({ folder }) => {
  for (const name of ['npm-cli.js', 'yarn.js']) writeFileSync(join(folder, name), '');
  expect(npm({ npm_execpath: join(folder, 'npm-cli.js') })).toEqual([
    process.execPath,
    join(folder, 'npm-cli.js'),
  ]);
  expect(npm({ npm_execpath: join(folder, 'yarn.js') })).toEqual(['npm']);
  expect(npm({ npm_execpath: join(folder, 'gone/npm-cli.js') })).toEqual(['npm']);
  expect(npm({})).toEqual(['npm']);
});
