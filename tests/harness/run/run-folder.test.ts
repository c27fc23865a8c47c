import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { linkCopies, linkOrCopy } from '../../../src/run/one-copy.ts';
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

test('copies of large files in the reports of a run become links, and nothing else changes', async ({
  runId,
}) => {
  const [large, small] = ['x'.repeat(20_000), 'y'.repeat(100)];
  const other = `${large.slice(1)}z`;
  const files: Record<string, string> = {
    'exemplars/a.zip': large,
    'html/data/1.zip': large,
    'allure-results/2.zip': large,
    'allure-results/3.json': other,
    'evidence/slice-1.json': large,
    'exemplars/b.png': small,
    'html/data/4.png': small,
    'html/data/5.json': other,
  };
  for (const [name, content] of Object.entries(files)) await writeRunFile(runId, name, content);
  const folder = runFolder(runId);
  for (let time = 0; time < 2; time++) linkCopies(folder);
  const inode = (name: string) => statSync(join(folder, name)).ino;
  const isLinked = (one: string, two: string) => inode(one) === inode(two);
  expect(isLinked('html/data/1.zip', 'allure-results/2.zip')).toBe(true);
  expect(isLinked('html/data/5.json', 'allure-results/3.json')).toBe(true);
  // Two files that the harness wrote stay two files, and a small file is not worth a link.
  expect(isLinked('exemplars/a.zip', 'evidence/slice-1.json')).toBe(false);
  expect(isLinked('exemplars/b.png', 'html/data/4.png')).toBe(false);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(found).toHaveLength(Object.keys(files).length);
  for (const [name, content] of Object.entries(files))
    expect(readFileSync(join(folder, name), 'utf8')).toBe(content);
  // A link of another folder is replaced, and a missing original is an error.
  linkOrCopy(join(folder, 'exemplars/b.png'), join(folder, 'html/data/1.zip'));
  expect(readFileSync(join(folder, 'html/data/1.zip'), 'utf8')).toBe(small);
  expect(readFileSync(join(folder, 'exemplars/a.zip'), 'utf8')).toBe(large);
  expect(() => linkOrCopy(join(folder, 'none'), join(folder, 'html/data/6.zip'))).toThrow('ENOENT');
});
