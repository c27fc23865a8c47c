import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import { withLock as locked } from '../../../scripts/setup/lock.mjs';
import { test } from './folder.ts';

function leaveBehind(path: string, holder: string, ageMs = 0) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, holder);
  const then = new Date(Date.now() - ageMs);
  utimesSync(path, then, then);
}

/** The id of a process that has ended. */
const endedPid = () => spawnSync(process.execPath, ['--version']).pid;

/** Takes the lock, and keeps its messages out of the output of the tests. */
const withLock = (path: string, work: () => Promise<void>, said: string[] = []) =>
  locked(path, work, (line) => said.push(line));

test.describe('the lock of a checkout', () => {
  test('ten set-ups work one after another, and remove the lock at the end', async ({ folder }) => {
    const path = join(folder, 'setup.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    const said: string[] = [];
    await Promise.all(Array.from({ length: 10 }, () => withLock(path, work, said)));
    // Each waiting set-up prints one message.
    expect(said).toEqual(Array(9).fill('Waiting for another set-up of this checkout …'));
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  test('failing work releases the lock and passes its error on', async ({ folder }) => {
    const path = join(folder, 'setup.lock');
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  const stale: [string, () => [holder: string, ageMs: number]][] = [
    ['from a process that has ended', () => [JSON.stringify({ pid: endedPid(), host: hostname() }), 0]],
    [
      'without an update for a minute',
      () => [JSON.stringify({ pid: process.pid, host: 'elsewhere' }), 60_000],
    ],
    ['with an empty file of a minute ago', () => ['', 60_000]],
  ];
  for (const [title, holder] of stale) {
    test(`a stale lock ${title} goes to one waiting set-up at a time`, async ({ folder }) => {
      const path = join(folder, 'setup.lock');
      leaveBehind(path, ...holder());
      const order: string[] = [];
      const work = (name: string) => async () => {
        order.push(`${name} in`);
        await new Promise(setImmediate);
        order.push(`${name} out`);
      };
      await Promise.all([withLock(path, work('a')), withLock(path, work('b'))]);
      expect(order).toHaveLength(4);
      expect(order[0]?.[0]).toBe(order[1]?.[0]);
      expect(existsSync(path)).toBe(false);
    });
  }

  for (const [title, holder] of [
    ['a process that lives', { pid: process.ppid, host: hostname() }],
    ['another machine', { pid: 1, host: 'elsewhere' }],
  ] as const) {
    test(`a fresh lock of ${title} stays`, async ({ folder }) => {
      const path = join(folder, 'setup.lock');
      leaveBehind(path, JSON.stringify(holder));
      let worked = false;
      const waiting = withLock(path, async () => {
        worked = true;
      });
      // The waiting set-up leaves the fresh lock alone. It takes the lock once the test has made it stale.
      await new Promise(setImmediate);
      expect(worked).toBe(false);
      expect(existsSync(path)).toBe(true);
      leaveBehind(path, JSON.stringify(holder), 60_000);
      await waiting;
      expect(worked).toBe(true);
    });
  }
});
