import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checkout, refuseFolder } from '../../../src/kernel/checkout.ts';
import { UserError } from '../../../src/kernel/errors.ts';

test('the folder of the project is where package.json is', () => {
  expect(join(checkout)).toBe(join(import.meta.dirname, '../../../'));
});

test('a folder from which the service cannot be loaded is refused, and other strange ones are not', () => {
  expect(() => refuseFolder('/home/me/what?/fullhouse/')).toThrow(UserError);
  refuseFolder('/home/me/100 % #1 [ä] {b} (c)./fullhouse/');
});
