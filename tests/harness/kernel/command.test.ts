import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { inProcess, npmScripts } from './run-command.ts';

const root = join(import.meta.dirname, '../../..');

test('a command returns its exit code', async () => {
  const ran = await inProcess(
    async (args, io) => {
      io.out(args.join(' '));
      return 3;
    },
    ['a', 'b'],
  );
  expect(ran).toMatchObject({ code: 3, out: 'a b\n', err: '' });
});

test('a mistake of the user is its sentence and exit code 1, without control characters', async () => {
  const ran = await inProcess(
    () => Promise.reject(new UserError('No run "\u001b[2J".\nUse one of: a, b.')),
    [],
  );
  expect(ran).toMatchObject({ code: 1, out: '', err: 'No run " [2J".\nUse one of: a, b.\n' });
});

test('a defect of a command is no mistake of the user', async () => {
  await expect(inProcess(() => Promise.reject(new TypeError('broken')), [])).rejects.toThrow('broken');
});

const start = 'node --import tsx src/kernel/start-command.ts ';
const commands = Object.entries(npmScripts()).filter(([, script]) => script.startsWith(start));

test('each npm script of a command names a module with a main', async () => {
  expect(commands.map(([name]) => name)).toEqual(
    expect.arrayContaining(['report', 'allure', 'history', 'compare', 'baseline', 'recheck', 'alert:test']),
  );
  const mains = await Promise.all(
    commands.map(async ([, script]) => typeof (await import(join(root, script.slice(start.length)))).main),
  );
  expect(mains).toEqual(commands.map(() => 'function'));
});
