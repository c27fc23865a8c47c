import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { readyAddress } from '../../../src/run/ready-address.ts';

const READY = 'echo "meetings service ready at http://127.0.0.1:3999"';
const WITHIN_MS = 1000;

/** A process that runs the shell script. */
function service(script: string): { child: ChildProcess; exit: Promise<unknown[]> } {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, exit: once(child, 'exit') };
}

test('a ready service keeps running after the start timeout', async () => {
  // `exec`, so that a kill would reach the sleep.
  const { child, exit } = service(`${READY}; exec sleep ${(2 * WITHIN_MS) / 1000}`);
  expect(await readyAddress(child, WITHIN_MS)).toBe('http://127.0.0.1:3999');
  expect(await exit).toEqual([0, null]);
});

test('a service that is not ready in time is killed and reported', async () => {
  const { child, exit } = service('exec sleep 60');
  await expect(readyAddress(child, 100)).rejects.toThrow('The reference service was not ready within 0.1 s.');
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('a service that ends before it is ready is reported with its exit code or signal', async () => {
  const { child } = service('exit 3');
  await expect(readyAddress(child, 60_000)).rejects.toThrow(
    'The reference service ended with code 3 before it was ready.',
  );
  const { child: killed } = service('kill -ABRT $$');
  await expect(readyAddress(killed, 60_000)).rejects.toThrow(
    'The reference service ended with SIGABRT before it was ready.',
  );
});
