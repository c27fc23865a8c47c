import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { alsoRemove, openOwnedFolder, removeOrphanedFolders } from '../../../src/kernel/owned-folder.ts';
import { processIdentity } from '../../../src/kernel/process-identity.ts';

const MODULE = new URL('../../../src/kernel/owned-folder.ts', import.meta.url).href;

/** Another process that opens a private folder in `parent`, and lives until it is killed. */
async function otherProcess(parent: string) {
  const script = `
    const { openOwnedFolder } = await import(${JSON.stringify(MODULE)});
    console.log((await openOwnedFolder('private', ${JSON.stringify(parent)})).path);
    setInterval(() => undefined, 1000);
  `;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const path = String(line).trim();
  writeFileSync(join(path, 'trace.zip'), 'a token');
  return {
    path,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const test = base.extend<{ parent: string }>({
  parent: async ({}, use, testInfo) => {
    const parent = testInfo.outputPath('tmp');
    mkdirSync(parent, { recursive: true });
    await use(parent);
  },
});

test('a private folder has mode 700, and remove() deletes its content', async ({ parent }) => {
  const folder = await openOwnedFolder('private', parent);
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  mkdirSync(join(folder.path, 'below'));
  writeFileSync(join(folder.path, 'below', 'trace.zip'), 'a token');
  await folder.remove();
  await folder.remove();
  expect(readdirSync(parent)).toEqual([]);
});

test('the next process removes the folder of a killed process, and keeps the folder of a running one', async ({
  parent,
}) => {
  const [killed, living] = await Promise.all([otherProcess(parent), otherProcess(parent)]);
  const own = await openOwnedFolder('private', parent);
  try {
    expect(await removeOrphanedFolders(parent)).toEqual([]);
    await killed.kill();
    expect(await removeOrphanedFolders(parent)).toEqual([killed.path]);
    expect(existsSync(killed.path)).toBe(false);
    expect(existsSync(join(living.path, 'trace.zip'))).toBe(true);
    expect(existsSync(own.path)).toBe(true);
  } finally {
    await living.kill();
  }
  expect(await removeOrphanedFolders(parent)).toEqual([living.path]);
});

test.describe('The removal of orphaned folders', () => {
  const { place, pid, since } = processIdentity()!;
  const names: [string, string, boolean][] = [
    ['of an earlier process with the same pid', `${place}.${pid}.${since}0.abcdef`, true],
    ['of this process', `${place}.${pid}.${since}.abcdef`, false],
    ['of a process on another machine or in another container', '00000000.1.0-1.abcdef', false],
    ['of another program with a similar name', `${place}.${pid}.other-program`, false],
  ];
  for (const [whose, end, goes] of names) {
    test(`${goes ? 'removes' : 'keeps'} a folder ${whose}`, async ({ parent }) => {
      const path = join(parent, `fullhouse-private.${end}`);
      mkdirSync(path);
      expect(await removeOrphanedFolders(parent)).toEqual(goes ? [path] : []);
      expect(existsSync(path)).toBe(!goes);
    });
  }

  test('removes orphaned folders of every kind, and no other entries', async ({ parent }) => {
    const gone = `${place}.${pid}.${since}0.abcdef`;
    const ours = ['allure', 'postgres', 'private', 'report'].map((kind) => `fullhouse-${kind}.${gone}`);
    const others = [`another-private.${gone}`, 'fullhouse-private.abcdef', `fullhouse-private.${gone}.zip`];
    for (const name of [...ours, ...others]) mkdirSync(join(parent, name));
    expect((await removeOrphanedFolders(parent)).sort()).toEqual(ours.map((name) => join(parent, name)));
    expect(readdirSync(parent).sort()).toEqual(others.sort());
  });

  test('removes a folder that alsoRemove() added', async ({ parent }) => {
    const profile = join(parent, 'profile');
    const path = join(parent, `fullhouse-private.${place}.${pid}.${since}0.abcdef`);
    for (const one of [profile, path]) mkdirSync(one);
    writeFileSync(join(profile, 'state'), '');
    await alsoRemove(profile, path);
    await alsoRemove(profile, path);
    await alsoRemove(join(parent, 'gone already'), path);
    expect(await removeOrphanedFolders(parent)).toEqual([path]);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('does not follow a symbolic link', async ({ parent }, testInfo) => {
    const elsewhere = testInfo.outputPath('elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'precious'), '');
    symlinkSync(elsewhere, join(parent, `fullhouse-private.${place}.${pid}.${since}0.abcdef`));
    expect(await removeOrphanedFolders(parent)).toEqual([]);
    expect(readdirSync(elsewhere)).toEqual(['precious']);
  });

  test('finds nothing in a missing parent folder', async ({ parent }) => {
    expect(await removeOrphanedFolders(join(parent, 'none'))).toEqual([]);
  });
});
