import { expect, test } from '@playwright/test';
import { PageTroubles } from '../../../../src/participants/page/troubles.ts';
import { tokenOf } from '../../service/tokens.ts';

test('troubles are counted by what they have in common, kind by kind', () => {
  const troubles = new PageTroubles();
  for (const port of [80, 81])
    troubles.add('console error', `no answer from http://10.0.0.1:${port}/a after 20 ms`);
  troubles.add('uncaught error', 'no answer from http://10.0.0.1:80/a after 20 ms');
  expect(troubles.encode().map(({ kind, cause, count }) => [kind, cause, count])).toEqual([
    ['console error', 'no answer from <address> after N ms', 2],
    ['uncaught error', 'no answer from <address> after N ms', 1],
  ]);
});

test('a token that a page prints is in no report', () => {
  const token = tokenOf('somebody', 'secret');
  const troubles = new PageTroubles();
  troubles.add('console error', `refused: ${token}`);
  expect(JSON.stringify(troubles.encode())).not.toContain(token.slice(0, 30));
});

test('a page that says something else each time does not fill the memory', () => {
  const troubles = new PageTroubles();
  for (let index = 0; index < 1000; index++)
    troubles.add(
      'console error',
      String.fromCharCode(97 + (index % 26), 97 + ((index / 26) % 26)).repeat(3) + '!'.repeat(index % 3),
    );
  const known = troubles.encode();
  expect(known.length).toBeLessThanOrEqual(51);
  expect(known.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
});
