import { expect, test } from '@playwright/test';
import { PageProblems } from '../../../../src/participants/page/problems.ts';
import { tokenOf } from '../../service/tokens.ts';

test('counts problems by kind and normalised cause', () => {
  const problems = new PageProblems();
  for (const port of [80, 81])
    problems.add('console error', `no answer from http://10.0.0.1:${port}/a after 20 ms`);
  problems.add('uncaught error', 'no answer from http://10.0.0.1:80/a after 20 ms');
  expect(problems.encode().map(({ kind, cause, count }) => [kind, cause, count])).toEqual([
    ['console error', 'no answer from <address> after N ms', 2],
    ['uncaught error', 'no answer from <address> after N ms', 1],
  ]);
});

test('removes a token that a page printed from the report', () => {
  const token = tokenOf('user', 'secret');
  const problems = new PageProblems();
  problems.add('console error', `refused: ${token}`);
  expect(JSON.stringify(problems.encode())).not.toContain(token.slice(0, 30));
});

test('limits the number of distinct page problems', () => {
  const problems = new PageProblems();
  for (let index = 0; index < 1000; index++)
    problems.add(
      'console error',
      String.fromCharCode(97 + (index % 26), 97 + ((index / 26) % 26)).repeat(3) + '!'.repeat(index % 3),
    );
  const known = problems.encode();
  expect(known.length).toBeLessThanOrEqual(51);
  expect(known.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
});
