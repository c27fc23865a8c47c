import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  FileFailure,
  fileFailure,
  groupedFailures,
  isUnwritten,
  unwrittenText,
} from '../../../src/kernel/file-failure.ts';

/** What comes of writing a file as the harness does: its folder first. */
async function failureAt(path: string): Promise<unknown> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'text');
    return undefined;
  } catch (error) {
    return fileFailure('written', path, error);
  }
}

test.describe('a file that cannot be written', () => {
  test('has one sentence with its path, the reason and what to do', async ({}, testInfo) => {
    const folder = testInfo.outputPath('place');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await symlink('nowhere', join(folder, 'link'));
    const sentences = [
      // The kernel's own file on a disk that is always full.
      [
        await failureAt('/dev/full'),
        '/dev/full could not be written: no space is left on its disk (ENOSPC). Free',
      ],
      [await failureAt(join(folder, 'file', 'a.json')), 'a part of its path is a file, not a folder'],
      [await failureAt(join(folder, 'link', 'a.json')), /link that leads nowhere|not a folder/],
      [await failureAt(folder), 'a folder has this name (EISDIR). Move that folder away.'],
    ] as const;
    for (const [failure, text] of sentences) {
      expect(failure).toBeInstanceOf(FileFailure);
      const { message, stack } = failure as FileFailure;
      expect(message).toMatch(text);
      expect(stack).toBe(message);
      expect(isUnwritten(message)).toBe(true);
    }
  });

  test('is reported together with the others of the same reason', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const failures = ['a.json', 'b/c.json', 'a.json'].map((name) =>
      fileFailure('written', `/run/${name}`, full),
    );
    expect(
      groupedFailures([...failures, new Error('out of ink\nat line 3'), new Error('out of ink')]),
    ).toEqual([
      '2 files in /run/ could not be written: no space is left on its disk (ENOSPC). Free some space. The files: a.json, b/c.json.',
      'out of ink',
    ]);
    expect(groupedFailures(failures.slice(0, 1))).toEqual([(failures[0] as Error).message]);
  });

  test('is recognised where Playwright reports it', () => {
    const blob = 'Failed to write report /run/blob.zip: ENOSPC: no space left on device, write';
    expect(unwrittenText(blob)).toBe(
      '/run/blob.zip could not be written: no space is left on its disk (ENOSPC). Free some space.',
    );
    expect(unwrittenText("EROFS: read-only file system, mkdir '/run/html'\n  at x (y.ts:1)")).toContain(
      '/run/html could not be written: its file system is read-only (EROFS)',
    );
    expect(unwrittenText('ENOSPC: no space left on device, write')).toMatch(
      /^A file of Playwright's reports could/,
    );
    expect(unwrittenText('expect(received).toBe(expected)')).toBeUndefined();
  });

  test('is nothing else: other errors stay what they are', () => {
    const defect = new TypeError('x is not a function');
    expect(fileFailure('written', '/run/a.json', defect)).toBe(defect);
    expect(isUnwritten('the service says that a row could not be written')).toBe(false);
  });
});
