import { expect, test } from '@playwright/test';
import { openFilesWarning } from '../../../src/crowd/reach.ts';

test('warns of a crowd that needs more open files than a worker may have', () => {
  expect(openFilesWarning(100, 299)).toBe(
    '100 participants in one worker need about 300 open files, and the limit is 299. Raise it (ulimit -n), or use more workers.',
  );
  expect(openFilesWarning(100, 300)).toBeUndefined();
  expect(openFilesWarning(100_000, null)).toBeUndefined();
});
