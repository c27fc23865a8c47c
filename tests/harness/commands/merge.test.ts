import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { main } from '../../../src/commands/fullhouse.ts';
import type { Command } from '../../../src/kernel/command.ts';
import { emptyFolder } from '../history/records.ts';
import { inProcess } from '../kernel/run-command.ts';

const root = join(import.meta.dirname, '../../..');

/** A folder with files of these names. */
function folderOf(...names: string[]): string {
  const folder = emptyFolder();
  for (const name of names) writeFileSync(join(folder, name), name);
  return folder;
}

/** What Playwright would get: its arguments, and the files in the folder that it would read. */
async function merged(args: readonly string[], childExits: number | null = 0) {
  let files: string[] = [];
  const spying: Command = (words, io) =>
    main(words, {
      ...io,
      node: (nodeArgs, options) => {
        files = readdirSync(nodeArgs.at(-1)!).sort();
        return io.node(nodeArgs, options);
      },
    });
  const ran = await inProcess(spying, ['merge', ...args], { childExits });
  return { ...ran, files, args: ran.started[0]?.args ?? [] };
}

test('merge passes the blob reports of all folders to Playwright, with the configuration of fullhouse', async () => {
  const one = folderOf('a-1-of-2.zip', 'notes.txt');
  const other = folderOf('b-2-of-2.zip');
  const { code, files, args } = await merged([one, join(other, 'b-2-of-2.zip'), '--reporter=line']);
  expect(code).toBe(0);
  expect(files).toEqual(['a-1-of-2.zip', 'b-2-of-2.zip']);
  expect(args.slice(1, -1)).toEqual([
    'merge-reports',
    '--config',
    join(root, 'merge.config.ts'),
    '--reporter',
    'line',
  ]);
  // Playwright unpacks into a copy, which is removed.
  expect(existsSync(args.at(-1)!)).toBe(false);
  expect(readdirSync(one)).toEqual(['a-1-of-2.zip', 'notes.txt']);
});

test('merge exits with the code of Playwright, or with 130 after a signal', async () => {
  const folder = folderOf('a.zip');
  expect((await merged([folder], 1)).code).toBe(1);
  expect((await merged([folder], null)).code).toBe(130);
});

test('merge refuses what it cannot merge in one sentence, and starts nothing', async () => {
  const [one, other, none] = [folderOf('a.zip'), folderOf('a.zip'), folderOf('notes.txt')];
  mkdirSync(join(none, 'deeper'));
  for (const [args, message] of [
    [[], /^Name the folders with the blob reports: npx fullhouse merge reports\/shards\n$/],
    [['nowhere'], /^There is no folder "nowhere"\. Name a folder with blob reports\.\n$/],
    [[none], /^"\S+" has no blob report \(\*\.zip\)\. Each shard writes one: \S+\n$/],
    [
      [join(none, 'notes.txt')],
      /^"\S+" is not a blob report \(\*\.zip\)\. Name a folder with blob reports\.\n$/,
    ],
    [[one, other], /^"\S+a\.zip" and "\S+a\.zip" are the same blob report\. Name only one of them\.\n$/],
    [[one, '--reportr=x'], /does not know "--reportr"\. Did you mean "--reporter"\?\n$/],
  ] as const) {
    const { code, out, err, started } = await merged(args);
    expect([code, out, started]).toEqual([1, '', []]);
    expect(err).toMatch(message);
  }
});
