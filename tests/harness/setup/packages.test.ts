import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { complainsOfLeftOutOnly, leftOut, missing } from '../../../scripts/setup/lock-file.mjs';
import { nodeMistake } from '../../../scripts/setup/node-version.mjs';
import { advice, npm } from '../../../scripts/setup/packages.mjs';
import { test } from './folder.ts';

test.describe('Is this Node new enough?', () => {
  for (const version of ['20.19.0', '20.19.5', '20.20.0', '21.0.0', '22.1.0-nightly', '100.0.0']) {
    test(`${version} for >=20.19`, () => {
      expect(nodeMistake(version, '>=20.19')).toBeUndefined();
    });
  }
  for (const version of ['20.18.9', '18.99.0', '9.20.0']) {
    test(`${version} for >=20.19 is refused`, () => {
      expect(nodeMistake(version, '>=20.19')).toContain(
        `Node ${version} is too old: install Node 20.19 or newer`,
      );
    });
  }
  for (const range of [undefined, '^20', '>=20 <22', '']) {
    test(`a range "${range}" that cannot be read is reported`, () => {
      expect(nodeMistake('20.0.0', range)).toContain(`engines.node in package.json is "${range}"`);
    });
  }
});

test.describe('Which packages are missing?', () => {
  const linux = { platform: 'linux', arch: 'x64' };
  const tables: [
    string,
    Parameters<typeof missing>[0]['packages'],
    Parameters<typeof missing>[0]['packages'],
    string[],
  ][] = [
    [
      'none',
      { '': {}, 'node_modules/a': { version: '1.0.0' } },
      { 'node_modules/a': { version: '1.0.0' } },
      [],
    ],
    ['one that is not there', { 'node_modules/a': { version: '1.0.0' } }, {}, ['a']],
    [
      'one of another version',
      { 'node_modules/@b/a': { version: '1.0.0' } },
      { 'node_modules/@b/a': { version: '1.0.1' } },
      ['@b/a'],
    ],
    [
      'a nested one',
      { 'node_modules/a/node_modules/b': { version: '1.0.0' } },
      { 'node_modules/b': { version: '1.0.0' } },
      ['a/node_modules/b'],
    ],
    ['not one too many', {}, { 'node_modules/extra': { version: '1.0.0' } }, []],
    [
      'not a folder that is linked to',
      { lib: { version: '1.0.0' }, 'node_modules/lib': { link: true } },
      { 'node_modules/lib': { link: true } },
      [],
    ],
    ['not an optional one', { 'node_modules/a': { version: '1.0.0', optional: true } }, {}, []],
    [
      'the optional one of this platform',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] } },
      {},
      ['a'],
    ],
    [
      'not that of another system',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['x64'] } },
      {},
      [],
    ],
    [
      'not that of another processor',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['arm64'] } },
      {},
      [],
    ],
    [
      'not one that excludes this system',
      { 'node_modules/a': { version: '1.0.0', optional: true, os: ['!linux'] } },
      {},
      [],
    ],
    [
      'one that excludes another',
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

test.describe('Which packages of other platforms does a lock file leave out?', () => {
  const lock = {
    packages: {
      'node_modules/tool': {
        optionalDependencies: { '@tool/linux': '1.0.0', '@tool/mac': '1.0.0', own: '1.0.0' },
      },
      'node_modules/@tool/linux': { version: '1.0.0' },
      'node_modules/tool/node_modules/own': { version: '1.0.0' },
    },
  };

  test('those that are named and not listed', () => {
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
    test(`${expected ? 'only they' : 'more than they'}: ${output.replace('\n', '; ')}`, () => {
      expect(complainsOfLeftOutOnly(output, lock)).toBe(expected);
    });
  }
});

test.describe('What is advised when npm ci fails?', () => {
  const outputs: [string, string][] = [
    [
      'npm error code EUSAGE\nnpm error `npm ci` can only install packages when …',
      'disagree: run `npm install`',
    ],
    ['npm error code ENOTFOUND', 'registry could not be reached'],
    ['npm error network request failed, reason: connect ECONNREFUSED', 'registry could not be reached'],
    ['npm error code E401', 'check the access in your .npmrc'],
    ['npm error code ENOSPC', 'The disk is full'],
    ['npm error code EACCES', 'npm may not write here'],
    ['Error: spawn npm ENOENT', 'install it beside Node'],
    ['npm error something else', 'Put right what npm says above'],
  ];
  for (const [output, expected] of outputs) {
    test(output.split('\n')[0] as string, () => {
      expect(advice(output)).toContain(expected);
    });
  }
});

test('npm is the one that runs this, never another package manager', ({ folder }) => {
  for (const name of ['npm-cli.js', 'yarn.js']) writeFileSync(join(folder, name), '');
  expect(npm({ npm_execpath: join(folder, 'npm-cli.js') })).toEqual([
    process.execPath,
    join(folder, 'npm-cli.js'),
  ]);
  expect(npm({ npm_execpath: join(folder, 'yarn.js') })).toEqual(['npm']);
  expect(npm({ npm_execpath: join(folder, 'gone/npm-cli.js') })).toEqual(['npm']);
  expect(npm({})).toEqual(['npm']);
});
