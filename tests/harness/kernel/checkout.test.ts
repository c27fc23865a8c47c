import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checkout, refuseFolder } from '../../../src/kernel/checkout.ts';
import { UserError } from '../../../src/kernel/errors.ts';

test('finds the folder of package.json as the project folder', () => {
  expect(join(checkout)).toBe(join(import.meta.dirname, '../../../'));
});

test('refuses a folder name that modules cannot be loaded from, and accepts other unusual names', () => {
  expect(() => refuseFolder('/home/me/what?/fullhouse/')).toThrow(UserError);
  refuseFolder('/home/me/100 % #1 [ä] {b} (c)./fullhouse/');
});
