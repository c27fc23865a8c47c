import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { inProcess } from './run-command.ts';

test('a command prints its output and returns its exit code', async () => {
  const ran = await inProcess(
    async (args, io) => {
      io.out(args.join(' '));
      return 3;
    },
    ['a', 'b'],
  );
  expect(ran).toMatchObject({ code: 3, out: 'a b\n', err: '' });
});

test('a UserError prints its message without control characters, and exits with 1', async () => {
  const ran = await inProcess(
    () => Promise.reject(new UserError('No run "\u001b[2J".\nUse one of: a, b.')),
    [],
  );
  expect(ran).toMatchObject({ code: 1, out: '', err: 'No run " [2J".\nUse one of: a, b.\n' });
});

test('any other error of a command is thrown', async () => {
  await expect(inProcess(() => Promise.reject(new TypeError('broken')), [])).rejects.toThrow('broken');
});
