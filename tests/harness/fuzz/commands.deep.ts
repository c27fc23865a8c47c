import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { main as fullhouse } from '../../../src/contract-file/commands/fullhouse.ts';
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

/** Words that a command may know, in an order that it does not expect. */
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
  test(`${name}: any words are answered`, async () => {
    const folders = {
      HISTORY_FOLDER: test.info().outputPath('none'),
      BASELINES_FOLDER: test.info().outputPath('none'),
    };
    await holdsFor(300, line, async (args) => {
      // Nothing may be written into the checkout, and no report of a real run be made again.
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

test('the scripts answer as their commands do', async () => {
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
