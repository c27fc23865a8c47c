import { expect, test } from '@playwright/test';
import { flooded } from './flooded.ts';

/** Ten million parts, and a packed answer: to take them in takes seconds. */
test('an answer that grows in the memory of its reader is a failed call, and the memory stays flat', async () => {
  const ended = await flooded(['/chunks-of-one-byte', '/bomb']);
  expect(ended.map(({ path, ended: how }) => [path, how])).toEqual([
    ['/chunks-of-one-byte', 'invalid: answer over 10 MB'],
    ['/bomb', 'invalid: answer over 10 MB'],
  ]);
  expect(ended.filter(({ grown }) => grown > 60_000_000)).toEqual([]);
});
