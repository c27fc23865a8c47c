import { expect, test } from '@playwright/test';
import { deferred } from '../../../src/kernel/deferred.ts';
import { assertNever, UserError } from '../../../src/kernel/errors.ts';

test('a user error shows its message alone, and keeps its cause', () => {
  const cause = new Error('deep');
  const error = new UserError('Say it.', { cause });
  expect(error.stack).toBe('Say it.');
  expect(error).toMatchObject({ message: 'Say it.', cause });
  expect(String(error)).toBe('Say it.');
});

test('an unreachable variant is named', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow('unreachable: {"kind":"new"}');
});

test('a deferred is settled by the first who settles it', async () => {
  const value = deferred<number>();
  value.resolve(1);
  value.reject(new Error('too late'));
  await expect(value.promise).resolves.toBe(1);
});
