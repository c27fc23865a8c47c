import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { main as fullhouse } from '../../../src/commands/fullhouse.ts';
import { main as recheck } from '../../../src/experiments/recheck.ts';
import { main as baseline } from '../../../src/history/commands/baseline.ts';
import { main as compare } from '../../../src/history/commands/compare.ts';
import { main as history } from '../../../src/history/commands/history.ts';
import type { Command } from '../../../src/kernel/command.ts';
import { main as report } from '../../../src/views/remake.ts';
import { asProcess, inProcess } from '../kernel/run-command.ts';
import { oddText } from './mutated.ts';
import { expectUserMessage, holdsFor } from './property.ts';

const words = [
  '--help',
  '-h',
  '--',
  '--kind',
  '--kind=bench',
  '--runs',
  '0',
  '-1',
  '--metric',
  '--all',
  '--yes',
  '--even-if-failed',
  'last',
  'previous',
  'baseline',
  '..',
  '/',
  'contract',
  'from-har',
  'from-openapi',
  'schema',
  '--out',
  '--contract',
  '/dev/null',
  'README.md',
  'docs',
];

/** Arguments that a command may know, in an unexpected order. */
const line = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: oddText }),
  {
    maxLength: 5,
  },
);

const commands: Readonly<Record<string, Command>> = {
  history,
  compare,
  baseline,
  recheck,
  report,
  fullhouse,
};

for (const [name, main] of Object.entries(commands))
  test(`the command ${name} answers any arguments with a message for users`, async () => {
    const folders = {
      HISTORY_FOLDER: test.info().outputPath('none'),
      BASELINES_FOLDER: test.info().outputPath('none'),
    };
    await holdsFor(300, line, async (args) => {
      // The command must not write into the checkout, or remake reports of a real run.
      const { code, out, err } = await inProcess(
        main,
        args.filter((word) => !word.startsWith('--out')),
        { environment: folders },
      );
      assert(code === 0 || code === 1);
      expectUserMessage(out + err || 'silent');
      if (code === 1) assert.notEqual(err + out, '');
    });
  });

test('npm scripts of commands answer wrong arguments with exit code 1', async () => {
  for (const script of ['history', 'compare', 'baseline', 'recheck', 'report', 'allure'])
    for (const args of [['--nonsense'], ['..', '..', '..']]) {
      const { code, out, err } = await asProcess(script, args, {
        HISTORY_FOLDER: test.info().outputPath('none'),
        CONCURENT_USERS: '5',
      });
      expect(code, `${script} ${args.join(' ')}`).toBe(1);
      expectUserMessage(out + err);
    }
});
