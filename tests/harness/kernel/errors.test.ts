import { expect, test } from '@playwright/test';
import { deferred } from '../../../src/kernel/deferred.ts';
import { assertNever, expectNone, Unmet, UserError } from '../../../src/kernel/errors.ts';

test('a UserError shows only its message, and keeps its cause', () => {
  const cause = new Error('deep');
  const error = new UserError('Say it.', { cause });
  expect(error.stack).toBe('Say it.');
  expect(error).toMatchObject({ message: 'Say it.', cause });
  expect(String(error)).toBe('Say it.');
});

test('expectNone() shows one line for each sentence and no stack, and accepts no sentence', () => {
  const act = () => expectNone(['p95 was 612 ms.', 'a slice was lost.']);
  expect(act).toThrow(Unmet);
  expect(act).toThrow(expect.objectContaining({ stack: 'p95 was 612 ms.\na slice was lost.', name: '' }));
  expect(() => expectNone([])).not.toThrow();
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
