import { expect, test } from '@playwright/test';
import { fileName } from '../../../src/kernel/file-name.ts';

test('fileName keeps the names of operations', () => {
  for (const name of ['meeting.join', 'event.delivery', 'socket_connect-2'])
    expect(fileName(name)).toBe(name);
});

test('fileName turns any text into a portable name without a path', () => {
  const texts = [
    '../../etc/passwd',
    '.hidden',
    'a/b\\c',
    'GET /api?x=1&y=<2>',
    '',
    '..',
    'ü'.repeat(500),
    'C:\\x',
    'a\u0000b',
  ];
  for (const text of texts) expect(fileName(text)).toMatch(/^[a-z0-9_][a-z0-9._-]{0,99}$/);
});

test('fileName gives different texts different names', () => {
  const texts = ['a/b', 'a-b', 'a b', 'A-b', 'a-B', 'a_b', '', '..', '...', 'ü', 'ö'];
  const names = new Set(texts.map(fileName));
  expect(names.size).toBe(texts.length);
  expect(fileName('a/b')).toBe(fileName('a/b'));
});
