import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test as base, expect } from '@playwright/test';
import { giveWay } from '../../../src/kernel/give-way.ts';
import { childIds, familyThreads } from '../../../src/kernel/process-family.ts';

const hasAutogroups = existsSync('/proc/self/autogroup');
const autogroupOf = (pid: number) => readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim();

/** A shell that has started a process, in a session of their own as a browser is. */
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

test.describe('a process gives way to others', () => {
  test.skip(process.platform !== 'linux', 'only Linux tells a process’s threads and descendants');

  test('with what it has started, and nobody else', async ({ family, anotherFamily }) => {
    expect(familyThreads(family)).toEqual([family, ...childIds(family)]);
    await giveWay(family, 5);
    expect(familyThreads(family).map(getPriority)).toEqual([5, 5]);
    expect(familyThreads(anotherFamily).map(getPriority)).toEqual([0, 0]);
  });

  test('as a session, since within it only priorities differ that the threads have', async ({
    family,
    anotherFamily,
  }) => {
    test.skip(!hasAutogroups, 'this kernel does not share processors by session');
    await giveWay(family, 5);
    expect(autogroupOf(family)).toMatch(/ nice 5$/);
    expect(autogroupOf(anotherFamily)).toMatch(/ nice 0$/);
  });

  test('several at once', async ({ family, anotherFamily }) => {
    test.skip(!hasAutogroups, 'this kernel does not share processors by session');
    await Promise.all([giveWay(family, 5), giveWay(anotherFamily, 6)]);
    expect(autogroupOf(family)).toMatch(/ nice 5$/);
    expect(autogroupOf(anotherFamily)).toMatch(/ nice 6$/);
  });

  test('one that has ended is none', async () => {
    const ended = spawn('true');
    await once(ended, 'close');
    await giveWay(ended.pid!, 5);
  });
});
