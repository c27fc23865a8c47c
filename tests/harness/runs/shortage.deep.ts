import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { type Outcome, Run } from './run.ts';

/** Runs with limited resources. Each prints a sentence and its verdict, and exits with a matching code. */
const ONE_WORKER = ['--project=load', '--workers=1'];

/** A shell that runs `script` and becomes the run. */
const shell = (script: string, ...program: string[]) => [
  ...program,
  'sh',
  '-c',
  `${script}; exec "$@"`,
  'sh',
];
/** A separate mount namespace, which ends with the run. */
const mounts = ['unshare', '-m', '--propagation', 'private'];
const canMount = () =>
  spawnSync(mounts[0]!, [...mounts.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** The output has all figures, also without the files. */
function expectFigures(output: string): void {
  expect(output).toMatch(/Total requests +[1-9]/);
  expect(output).toMatch(/P95 +[\d.]+ ms/);
  expect(output).not.toMatch(/^ +at .*\.ts:\d+/m);
}

function expectNotComplete({ code, output }: Pick<Outcome, 'code' | 'output'>, why: string): void {
  expectFigures(output);
  expect(output).toContain('❌ NOT COMPLETE: not everything could be written, so the exit code is 1.');
  expect(output).toContain(why);
  expect(output).not.toContain('PASSED');
  expect(code).toBe(1);
}

test.describe('a load run', () => {
  test('prints its verdict and figures on a full disk', async () => {
    test.skip(!canMount(), 'Mounting needs the rights of root.');
    const script =
      'mount -t tmpfs -o size=20m none reports && (cat /dev/zero > reports/filled; true) 2>/dev/null';
    expectNotComplete(
      await new Run({}, ONE_WORKER, shell(script, ...mounts)).end(),
      'could not be written: no space is left on its disk (ENOSPC). Free some space.',
    );
  });

  test('names the files that it could not write if the disk fills during the run', async () => {
    test.skip(!canMount(), 'Mounting needs the rights of root.');
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-shortage-'));
    // Fills the disk when this test writes a file.
    const fill = `until [ -e ${folder}/now ]; do sleep 0.1; done; cat /dev/zero > reports/filled`;
    const script = `mount -t tmpfs -o size=20m none reports && { (${fill}) 2>/dev/null & }`;
    const run = new Run({ TEST_DURATION: '6' }, ONE_WORKER, shell(script, ...mounts));
    try {
      await run.prints('left');
      writeFileSync(join(folder, 'now'), '');
      expectNotComplete(await run.end(), '(ENOSPC)');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('prints its verdict and figures if the reports folder is read-only', async () => {
    test.skip(!canMount(), 'Mounting needs the rights of root.');
    const run = new Run({}, ONE_WORKER, shell('mount -t tmpfs -o ro none reports', ...mounts));
    expectNotComplete(await run.end(), 'its file system is read-only (EROFS)');
  });

  test('writes its reports if the history folder is a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-shortage-'));
    const file = join(folder, 'file');
    writeFileSync(file, '');
    try {
      const { code, output, summary } = await new Run({ HISTORY_FOLDER: file }, ONE_WORKER).end();
      expectFigures(output);
      expect(output).toContain(`Not compared with earlier runs: The folder "${file}" cannot be read`);
      expect(output).toContain('Not saved to the history: ');
      expect(summary?.verdict).toBe('inconclusive');
      expect(code).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a load run without free file descriptors is inconclusive and keeps its samples', async () => {
    const settings = { CONCURRENT_USERS: '80', REQUESTS_PER_USER: '10' };
    const { code, output, summary } = await new Run(settings, ONE_WORKER, shell('ulimit -n 120')).end();
    expectFigures(output);
    expect(summary?.verdict).toBe('inconclusive');
    expect(summary?.reasons.map(reasonText).join('\n')).toContain('no file descriptor was left for');
    expect(code).toBe(2);
  });

  test('reports a worker with a full heap as a lost slice, and keeps its samples', async () => {
    const settings = {
      JOURNEY: join(import.meta.dirname, 'hungry-journey.ts'),
      NODE_OPTIONS: '--max-old-space-size=220',
      TEST_DURATION: '20',
    };
    const { code, output, summary } = await new Run(settings, ONE_WORKER).end();
    expectFigures(output);
    expect(summary?.verdict).toBe('failed');
    expect(summary?.reasons.map(reasonText).join('\n')).toContain(
      'slice 1 was lost: its worker ended before its participants did. Its JavaScript heap may have been full: ',
    );
    expect(code).toBe(1);
  });

  test('a load run comes to a verdict if the reader of its output ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-shortage-'));
    // The pipe ends with the exit code of `head`, so the script saves the exit code of the run.
    const script = `("$@"; echo $? > ${folder}/code) | head -1`;
    try {
      const { output } = await new Run({}, ONE_WORKER, ['sh', '-c', script, 'sh']).end();
      expect(output).toMatch(/^Run {6}/);
      // The run came to a verdict. A process that fails to write its output would print EPIPE.
      expect(readFileSync(join(folder, 'code'), 'utf8')).toMatch(/^[01]\n$/);
      expect(output).not.toContain('EPIPE');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
