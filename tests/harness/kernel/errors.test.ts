import { expect, test } from '@playwright/test';
import { deferred } from '../../../src/kernel/deferred.ts';
import { assertNever, UserError } from '../../../src/kernel/errors.ts';

test('a UserError shows only its message, and keeps its cause', () => {
  const cause = new Error('deep');
  const error = new UserError('Say it.', { cause });
  expect(error.stack).toBe('Say it.');
  expect(error).toMatchObject({ message: 'Say it.', cause });
  expect(String(error)).toBe('Say it.');
});

test('assertNever() names the unexpected variant', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow('unreachable: {"kind":"new"}');
});

test('a deferred keeps its first settlement', async () => {
  const value = deferred<number>();
  value.resolve(1);
  value.reject(new Error('too late'));
  await expect(value.promise).resolves.toBe(1);
});
