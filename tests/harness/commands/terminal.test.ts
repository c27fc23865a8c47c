import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { childEnvironment } from '../../../src/kernel/child-environment.ts';
import { root } from '../workflows/workflow.ts';
import { test } from './team-folder.ts';

/** `script` of util-linux gives a program a terminal. */
const hasTerminals = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

test.skip(!hasTerminals, '`script` of util-linux is not installed here.');

/** Runs `npx fullhouse init` in a terminal, and types each text when the screen shows the words before it. */
async function typed(folder: string, typing: readonly (readonly [shown: string, text: string])[]) {
  const command = `"${process.execPath}" "${join(root, 'bin/fullhouse.mjs')}" init --no-install`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd: folder, env: childEnvironment([]) });
  let screen = '';
  const rest = [...typing];
  child.stdout.on('data', (piece: Buffer) => {
    screen += piece;
    const [next] = rest;
    if (next === undefined || !screen.includes(next[0])) return;
    rest.shift();
    child.stdin.write(next[1]);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, screen };
}

test('Ctrl-C at any question ends init with 130, and nothing is written', async ({ team }) => {
  const before = team.all();
  for (const typing of [
    [['Where is your', '\x03']],
    [
      ['Where is your', '\r'],
      ['TypeScript or', 'JavaScript\r'],
      ['GitHub workflow', '\x03'],
    ],
  ] as const) {
    const { code, screen } = await typed(team.folder, typing);
    expect([code, team.all()]).toEqual([130, before]);
    expect(screen).not.toContain('New files');
  }
});

test('Ctrl-D is no answer, and Enter takes the default', async ({ team }) => {
  const ended = await typed(team.folder, [['Where is your', '\x04']]);
  expect([ended.code, team.all()]).toEqual([1, {}]);
  expect(ended.screen).toContain('Nothing is written');
  const { code } = await typed(team.folder, [
    ['Where is your', '\r'],
    ['TypeScript or', '\r'],
    ['GitHub workflow', 'n\r'],
  ]);
  expect(code).toBe(0);
  expect(Object.keys(team.all())).toContain('playwright.config.ts');
});
