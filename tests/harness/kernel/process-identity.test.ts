import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { isGone, processIdentity } from '../../../src/kernel/process-identity.ts';

test('a process keeps its identity, and differs from its parent', () => {
  expect(processIdentity()).toEqual(processIdentity());
  expect(processIdentity(process.ppid)).not.toEqual(processIdentity());
  expect(isGone(processIdentity()!)).toBe(false);
});

test('a process that has ended is gone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  const identity = processIdentity(child.pid)!;
  expect(isGone(identity)).toBe(false);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(isGone(identity)).toBe(true);
  expect(processIdentity(identity.pid)).toBeUndefined();
});

test('a reused pid is another process, and a process on another machine does not count as gone', () => {
  const own = processIdentity()!;
  expect(isGone({ ...own, since: `${own.since}1` })).toBe(true);
  expect(isGone({ ...own, place: 'ffffffff', since: `${own.since}1` })).toBe(false);
});
