import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test as base, expect } from '@playwright/test';
import { giveWay } from '../../../src/kernel/give-way.ts';
import { childIds, familyThreads } from '../../../src/kernel/process-family.ts';

const hasAutogroups = existsSync('/proc/self/autogroup');
const autogroupOf = (pid: number) => readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim();

/** A shell with a child process, in a separate session like a browser. */
const test = base.extend<{ family: number; anotherFamily: number }>({
  family: async ({}, use) => {
    await withFamily(use);
  },
  anotherFamily: async ({}, use) => {
    await withFamily(use);
  },
});

async function withFamily(use: (pid: number) => Promise<void>): Promise<void> {
  const shell: ChildProcess = spawn('sh', ['-c', 'sleep 60 & echo started; wait'], { detached: true });
  await once(shell.stdout!, 'data');
  await use(shell.pid!);
  process.kill(-shell.pid!, 'SIGKILL');
  await once(shell, 'close');
}

test.describe('giveWay()', () => {
  test.skip(process.platform !== 'linux', 'only Linux tells a process’s threads and descendants');

  test('lowers the priority of a process and its children, and of no other process', async ({
    family,
    anotherFamily,
  }) => {
    expect(familyThreads(family)).toEqual([family, ...childIds(family)]);
    await giveWay(family, 5);
    expect(familyThreads(family).map(getPriority)).toEqual([5, 5]);
    expect(familyThreads(anotherFamily).map(getPriority)).toEqual([0, 0]);
  });

  test('lowers the priority of the session of the process', async ({ family, anotherFamily }) => {
    test.skip(!hasAutogroups, 'this kernel does not share processors by session');
    await giveWay(family, 5);
    expect(autogroupOf(family)).toMatch(/ nice 5$/);
    expect(autogroupOf(anotherFamily)).toMatch(/ nice 0$/);
  });

  test('lowers the priority of several processes at once', async ({ family, anotherFamily }) => {
    test.skip(!hasAutogroups, 'this kernel does not share processors by session');
    await Promise.all([giveWay(family, 5), giveWay(anotherFamily, 6)]);
    expect(autogroupOf(family)).toMatch(/ nice 5$/);
    expect(autogroupOf(anotherFamily)).toMatch(/ nice 6$/);
  });

  test('ignores a process that has ended', async () => {
    const ended = spawn('true');
    await once(ended, 'close');
    await giveWay(ended.pid!, 5);
  });
});
