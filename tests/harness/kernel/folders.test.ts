import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import {
  configIn,
  nearestProject,
  ownModule,
  packageFolder,
  projectFolder,
  refuseFolder,
} from '../../../src/kernel/folders.ts';

const checkout = join(import.meta.dirname, '../../..');

test('the folder of our own files is the one of package.json, and here it is the project too', () => {
  expect(join(packageFolder, '.')).toBe(join(checkout, '.'));
  expect(join(projectFolder(), '.')).toBe(join(checkout, '.'));
  expect(existsSync(ownModule('service/main'))).toBe(true);
});

test.describe('The project of a folder', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'project-'));
    mkdirSync(join(folder, 'a/b'), { recursive: true });
  });
  test.afterEach(() => rmSync(folder, { recursive: true }));

  for (const ending of ['ts', 'js', 'mjs', 'cts'])
    test(`is the nearest one upwards with playwright.config.${ending}`, () => {
      const config = join(folder, `playwright.config.${ending}`);
      writeFileSync(config, '');
      expect(nearestProject(join(folder, 'a/b'))).toBe(folder);
      expect(configIn(folder)).toBe(config);
    });

  test('is the folder itself if no folder above has a configuration', () => {
    expect(nearestProject(join(folder, 'a/b'))).toBe(join(folder, 'a/b'));
    expect(configIn(folder)).toBeUndefined();
  });
});

test('refuses a folder name that modules cannot be loaded from, and accepts other unusual names', () => {
  expect(() => refuseFolder('/home/me/what?/fullhouse/')).toThrow(UserError);
  refuseFolder('/home/me/100 % #1 [ä] {b} (c)./fullhouse/');
});
