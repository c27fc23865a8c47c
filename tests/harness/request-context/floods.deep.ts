import { expect, test } from '@playwright/test';
import { flooded } from './flooded.ts';

/** Reading ten million parts and a compressed answer takes seconds. */
test('an answer that would expand in memory fails the call, without a growth of memory', async () => {
  const ended = await flooded(['/chunks-of-one-byte', '/bomb']);
  expect(ended.map(({ path, ended: how }) => [path, how])).toEqual([
    ['/chunks-of-one-byte', 'invalid: answer over 10 MB'],
    ['/bomb', 'invalid: answer over 10 MB'],
  ]);
  expect(ended.filter(({ grown }) => grown > 60_000_000)).toEqual([]);
});
