import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { LaneProcesses, send } from './processes.ts';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-lane-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

test.skip(process.platform !== 'linux', 'it reads /proc');

/** A process that prints that it runs, and ends with its input. */
const SCRIPT = 'process.stdin.resume(); console.log("here")';

async function started(
  options: { cwd?: string; env?: NodeJS.ProcessEnv },
  script = SCRIPT,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', script], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child;
}

async function stopped(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.stdin!.end();
  await exit;
}

test('a lane contains only processes with its environment or working folder', async ({ folder }) => {
  const children = await Promise.all([
    started({ env: { ...process.env, TMPDIR: join(folder, 't') } }),
    started({ cwd: folder, env: {} }),
    started({}),
  ]);
  const lane = new LaneProcesses(folder);
  const pids = () => lane.living().map(({ pid }) => pid);
  const [first, second] = children.map(({ pid }) => pid!) as [number, number];
  expect(pids().sort()).toEqual([first, second].sort());
  await stopped(children[0]!);
  expect(pids()).toEqual([second]);
  await Promise.all(children.slice(1).map(stopped));
  expect(pids()).toEqual([]);
});

test('a lane contains children of its processes, also after their parent has ended', async ({ folder }) => {
  const parent = await started(
    { env: { ...process.env, TMPDIR: folder } },
    `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("here")'],
      { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.stdout.once('data', () => console.log(child.pid));
    process.stdin.resume().on('end', () => process.exit());`,
  );
  const lane = new LaneProcesses(folder);
  const found = lane.living();
  expect(found).toHaveLength(2);
  const child = found.find(({ pid }) => pid !== parent.pid)!;
  // After the parent is killed, the child has no owner, and its input ends.
  const exit = once(parent, 'exit');
  send(parent.pid!, 'SIGKILL');
  await exit;
  await expect.poll(() => lane.living()).toEqual([]);
  expect(child.commandLine).toContain('process.stdin.resume()');
});

test('send() ignores a process that has ended', async () => {
  const child = await started({});
  await stopped(child);
  send(child.pid!, 'SIGTERM');
});
