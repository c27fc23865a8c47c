import { cpus } from 'node:os';
import { expect, test } from '@playwright/test';
import { isListing, parallelism, readCommandLine } from '../../../src/config/command-line.ts';

const read = (written: string, command = 'test') =>
  readCommandLine(['node', 'playwright', command, ...written.split(' ').filter(Boolean)]);

test.describe('workers and shard on the command line', () => {
  const some = parallelism(readCommandLine([])).workers;
  const table: [string, number, string?][] = [
    ['', some],
    ['--workers=3', 3],
    ['--workers 3', 3],
    ['-j 3', 3],
    ['-j3', 3],
    ['--workers=100%', cpus().length],
    ['-j 100%', cpus().length],
    ['-j100%', cpus().length],
    ['--workers=1%', 1],
    ['--workers=0', 1],
    ['--workers=many', 1], // Playwright refuses it with its own message
    ['--workers=3 --debug', 1],
    ['--workers=2 --workers=5', 5],
    ['--workers=2 -j 5', 5],
    ['tests/load -- --workers=5', some],
    ['--workers-of-another-kind=5', some],
    ['--project=load --shard=2/3 -j 2', 2, '2/3'],
    ['--shard 1/4 --workers=2', 2, '1/4'],
    ['--shard=half --workers=2', 2],
  ];
  for (const [written, workers, shard = '1/1'] of table) {
    test(`"${written}" asks for ${workers} workers, shard ${shard}`, () => {
      const args = ['node', 'playwright', 'test', ...written.split(' ').filter(Boolean)];
      const read = parallelism(readCommandLine(args));
      expect(read).toEqual({
        workers,
        shard: { index: Number(shard.split('/')[0]), of: Number(shard.split('/')[1]) },
      });
    });
  }

  test('uses at most four workers, one per core, without --workers', () => {
    expect(some).toBeGreaterThanOrEqual(1);
    expect(some).toBeLessThanOrEqual(Math.min(4, cpus().length));
  });
});

test.describe('projects and files on the command line', () => {
  const table: [string, string[], string[]][] = [
    ['', [], []],
    ['--project load bench', ['load', 'bench'], []],
    ['--project=load bench', ['load'], ['bench']],
    ['--project=load --project=bench', ['load', 'bench'], []],
    ['--project load --workers 2 tests/load', ['load'], ['tests/load']],
    ['--grep slice tests/load', [], ['tests/load']],
    ['-g slice -x tests/load', [], ['tests/load']],
    ['--only-changed main tests/load', [], ['tests/load']],
    ['--debug tests/load', [], []],
    ['tests/load -- tests/bench', [], ['tests/load']],
  ];
  for (const [written, projects, files] of table)
    test(`"${written}" names ${projects.length} projects and ${files.length} files`, () => {
      expect(read(written)).toMatchObject({ projects, files });
    });

  test('the command line of a worker names no projects and no files', () => {
    expect(readCommandLine(['node', 'process.js'])).toEqual({
      command: undefined,
      given: new Map(),
      projects: [],
      files: [],
    });
  });
});

test('only --list and the test server of an editor list tests', () => {
  expect([read('--list'), read('', 'test-server'), read('--project=load')].map(isListing)).toEqual([
    true,
    true,
    false,
  ]);
});
