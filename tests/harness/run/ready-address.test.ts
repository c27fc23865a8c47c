import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { readyAddress } from '../../../src/run/ready-address.ts';

const READY = 'echo "meetings service ready at http://127.0.0.1:3999"';
const WITHIN_MS = 1000;

/** A process that does what the script says, as quickly as a process begins. */
function service(script: string): { child: ChildProcess; exit: Promise<unknown[]> } {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, exit: once(child, 'exit') };
}

test('a service that is ready lives on when the time is over in which it had to be', async () => {
  // `exec`, so that a kill would meet it.
  const { child, exit } = service(`${READY}; exec sleep ${(2 * WITHIN_MS) / 1000}`);
  expect(await readyAddress(child, WITHIN_MS)).toBe('http://127.0.0.1:3999');
  expect(await exit).toEqual([0, null]);
});

test('one that is not ready in time is killed, and it says so', async () => {
  const { child, exit } = service('exec sleep 60');
  await expect(readyAddress(child, 100)).rejects.toThrow('The reference service was not ready within 0.1 s.');
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('one that ends before it is ready says how', async () => {
  const { child } = service('exit 3');
  await expect(readyAddress(child, 60_000)).rejects.toThrow(
    'The reference service ended with code 3 before it was ready.',
  );
  const { child: killed } = service('kill -ABRT $$');
  await expect(readyAddress(killed, 60_000)).rejects.toThrow(
    'The reference service ended with SIGABRT before it was ready.',
  );
});
