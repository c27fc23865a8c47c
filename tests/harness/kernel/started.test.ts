import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { started } from '../../../src/kernel/started.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

/** Starts child processes in a process without free file descriptors, and prints the errors. */
const WITHOUT_DESCRIPTORS = `
  import { openSync, closeSync } from 'node:fs';
  import { Link } from './src/network/link/link.ts';
  import { EchoProcess } from './src/crowd/canary/echo-process.ts';
  import { ReferenceService } from './src/run/reference-service.ts';
  import { startEmbeddedPostgres } from './service/database/embedded.ts';
  const taken = [];
  try {
    for (;;) taken.push(openSync('/dev/null'));
  } catch {}
  // A pipe to a child needs two.
  closeSync(taken.pop());
  const starts = [
    () => Link.start({ seed: 1 }),
    () => EchoProcess.start(),
    () => ReferenceService.start('nobody', {}),
    () => startEmbeddedPostgres({ poolSize: 1, signal: new AbortController().signal }),
  ];
  const said = [];
  for (const start of starts) said.push(await start().then(() => 'started', (error) => String(error)));
  for (const descriptor of taken) closeSync(descriptor);
  console.log(JSON.stringify(said));
`;

test('started() returns a running process', async () => {
  const child = await started('It', () => spawn('true'));
  expect(child.pid).toBeGreaterThan(0);
});

test('started() names a process that cannot start, the reason and the remedy', async () => {
  await expect(started('The link', () => spawn('/nowhere/node'))).rejects.toThrow(
    'The link could not be started: its program, or its working folder, does not exist. Install the program, or create the folder (ENOENT).',
  );
  // For other reasons, Node throws an error.
  await expect(
    started('The link', () => {
      throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
    }),
  ).rejects.toThrow(
    'The link could not be started: no memory is left. Free some, or use less load (ENOMEM).',
  );
});

test('each child process reports missing file descriptors in a sentence', async () => {
  test.skip(process.platform === 'win32', 'needs the limits of a shell');
  const args = [
    '-c',
    'ulimit -n 128 && exec "$0" --import tsx --input-type=module -e "$1"',
    process.execPath,
  ];
  const { stdout, stderr } = await run('sh', [...args, WITHOUT_DESCRIPTORS], { cwd: root });
  expect(stderr).toBe('');
  const why =
    'could not be started: no file descriptor is left (ulimit -n). Raise the limit of open files (EMFILE).';
  expect(JSON.parse(stdout)).toEqual([
    `The link ${why}`,
    `The echo ${why}`,
    `The reference service ${why}`,
    expect.stringMatching(
      /^StartError: The embedded PostgreSQL could not be started \(spawn .+ EMFILE\)\. Raise/,
    ),
  ]);
});
