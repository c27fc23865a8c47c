import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { test as base, expect } from '@playwright/test';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { appendRunFile, runFolder, writeRunFile } from '../../../src/run/run-folder.ts';

const test = base.extend<{ runId: string }>({
  runId: async ({}, use) => {
    const id = `00000000-000000-${randomBytes(4).toString('hex')}`;
    await use(id);
    rmSync(runFolder(id), { recursive: true, force: true });
  },
});

test.describe('file in the folder of a run', () => {
  test('is written whole from one chunk or from many', async ({ runId }) => {
    expect(readFileSync(await writeRunFile(runId, 'a/one.txt', 'first'), 'utf8')).toBe('first');
    const many = Array.from({ length: 5000 }, (_, index) => `${index}\n`);
    expect(readFileSync(await writeRunFile(runId, 'a/many.txt', many), 'utf8')).toBe(many.join(''));
  });

  test('stays unchanged when its content fails half-way, and no partial file is left', async ({ runId }) => {
    const path = await writeRunFile(runId, 'one.txt', 'as it was');
    function* failing() {
      yield 'half of ';
      throw new Error('no more');
    }
    await expect(writeRunFile(runId, 'one.txt', failing())).rejects.toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('as it was');
    await expect(writeRunFile(runId, 'other.txt', failing())).rejects.toThrow('no more');
    expect(readdirSync(runFolder(runId))).toEqual(['one.txt']);
    expect(existsSync(`${runFolder(runId)}/other.txt`)).toBe(false);
  });

  test('causes an error with its path and the reason when it cannot be written', async ({ runId }) => {
    await writeRunFile(runId, 'a', 'a file');
    const sentence =
      /^reports\/runs\/.*\/a\/one\.txt could not be written: a part of its path is a file, not a folder \(E/;
    await expect(writeRunFile(runId, 'a/one.txt', 'text')).rejects.toThrow(sentence);
    await expect(appendRunFile(runId, 'a/one.txt', 'text\n')).rejects.toThrow(sentence);
  });

  test('contains no secret from any chunk', async ({ runId }) => {
    hideSecret('hunter2-of-run-folder');
    const path = await writeRunFile(runId, 'a.txt', ['it is ', 'hunter2-of-run-folder, ', 'I heard']);
    expect(readFileSync(path, 'utf8')).toBe('it is [secret], I heard');
  });
});
