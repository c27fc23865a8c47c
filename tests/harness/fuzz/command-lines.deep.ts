import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { npmScripts } from '../kernel/run-command.ts';
import { expectUserMessage } from './property.ts';

const root = join(import.meta.dirname, '../../..');
const SEED = Number(process.env.FUZZ_SEED ?? 1);

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** Starts a program like a user, in a shell. */
function started(program: string, args: readonly string[]): Promise<Ended> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`;
  const folder = test.info().outputPath('history');
  const environment = {
    ...{ ...inherited, PATH: path, DASHBOARD_PORT: 'off', SERVICE_PORT: '1' },
    ...{ HISTORY_FOLDER: folder, BASELINES_FOLDER: folder },
  };
  return new Promise((resolve) => {
    const child = execFile(
      '/bin/sh',
      ['-c', `${program} "$@"`, program, ...args],
      { cwd: root, env: environment, timeout: 60_000, killSignal: 'SIGKILL' },
      (error, out, err) =>
        resolve({ code: error ? ((error.code as number | undefined) ?? null) : 0, text: out + err }),
    );
    child.stdin?.end();
  });
}

/**
 * Playwright prints stacks for wrong options, such as `--shard=x`, before it reads the configuration. A line of the harness
 * in such a stack is a mistake of the harness.
 */
function withoutPlaywrights(text: string): string {
  return stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => !/^\s+at (?:.*node_modules\/playwright|.*\(?node:|.*<anonymous>\)?$)/.test(line))
    .join('\n');
}

async function answered(program: string, args: readonly string[]): Promise<void> {
  const { code, text } = await started(program, args);
  await test.step(`${program} ${args.join(' ')}: ${code}`, () => {
    expect([0, 1], text).toContain(code);
    expectUserMessage(withoutPlaywrights(text));
  });
}

const PLAYWRIGHT = [
  ['--project=load', '--project=lod', '--projct=load', '--project', '--grep=(', '-g', '--grep-invert=['],
  ['--workers=0', '--workers=x', '-j', '--shard=3/2', '--shard=x', '--repeat-each=2', '--repeat-each=-1'],
  ['--retries=x', '--reporter=nothing', '--reporter=', '--reporter=line', '--timeout=x', '-x', '--nonsense'],
  ['--config=none.ts', '-c', '..', '/dev/null', '--output=/dev/null/x', 'tests/nowhere', '%', '#', 'ä €'],
  ['--max-failures=x', '--tsconfig=none.json', '--only-changed=none', '--test-list=none', '--trace=x'],
].flat();

/** `--list` starts nothing, whatever the other arguments are. */
test('`playwright test` answers wrong arguments with a message for users', async () => {
  test.setTimeout(600_000);
  const line = fc.array(fc.constantFrom(...PLAYWRIGHT), { minLength: 1, maxLength: 2 });
  for (const args of fc.sample(line, { seed: SEED, numRuns: 16 }))
    await answered('playwright test', ['--list', ...args]);
});

test('`fullhouse` answers wrong arguments with a message for users', async () => {
  test.setTimeout(600_000);
  for (const args of [
    [],
    ['contrat'],
    ['contract', 'chek'],
    ['contract', 'check', 'none.yaml'],
    ['contract', 'check', '..'],
    ['contract', 'from-har', '/dev/null'],
    ['contract', 'from-har', 'package.json', '--out'],
    ['contract', 'from-openapi', 'README.md', '--nonsense'],
  ])
    await answered('node bin/fullhouse.mjs', args);
});

test('npm scripts answer wrong arguments with a message for users', async () => {
  test.setTimeout(600_000);
  for (const [name, ...args] of [
    ['history', '--kind=none'],
    ['compare', 'none', 'nothing'],
    ['baseline', 'none'],
    ['recheck', '/'],
    ['report', '..'],
    ['allure', 'none'],
    ['merge'],
    ['merge', 'none'],
    ['merge', 'package.json'],
    ['merge', 'docs', '--reporter=nothing'],
    ['alert:test', 'x'],
    ['torture', 'x'],
  ] as const)
    await answered(npmScripts()[name]!, args);
});
