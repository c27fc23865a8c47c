import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  FileFailure,
  fileFailure,
  groupedFailures,
  unwrittenText,
} from '../../../src/kernel/file-failure.ts';

/** The error of writing a file like the harness does: first its folder. */
async function failureAt(path: string): Promise<unknown> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'text');
    return undefined;
  } catch (error) {
    return fileFailure('written', path, error);
  }
}

test.describe('A file that cannot be written', () => {
  test('has a sentence with its path, the reason and the remedy', async ({}, testInfo) => {
    const folder = testInfo.outputPath('place');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await symlink('nowhere', join(folder, 'link'));
    const sentences = [
      // A file of the kernel that behaves like a full disk.
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
    }
  });

  test('is grouped with other files of the same reason', () => {
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

  test('is recognised in a message of Playwright', () => {
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

  test('is not confused with other errors', () => {
    const defect = new TypeError('x is not a function');
    expect(fileFailure('written', '/run/a.json', defect)).toBe(defect);
  });
});
