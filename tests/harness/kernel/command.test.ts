import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { inProcess, npmScripts } from './run-command.ts';

const root = join(import.meta.dirname, '../../..');

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

const start = 'node --import tsx scripts/npm-script.mjs src/kernel/start-command.ts ';
const commands = Object.entries(npmScripts()).filter(([, script]) => script.startsWith(start));

test('each npm script of a command names a module that exports main', async () => {
  expect(commands.map(([name]) => name)).toEqual(
    expect.arrayContaining(['report', 'allure', 'history', 'compare', 'baseline', 'recheck', 'alert:test']),
  );
  const mains = await Promise.all(
    commands.map(async ([, script]) => typeof (await import(join(root, script.slice(start.length)))).main),
  );
  expect(mains).toEqual(commands.map(() => 'function'));
});
