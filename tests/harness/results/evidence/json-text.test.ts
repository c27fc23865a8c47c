import { expect, test } from '@playwright/test';
import { jsonText } from '../../../../src/results/evidence/json-text.ts';

test('jsonText writes a list of numbers on one line and indents everything else', () => {
  const value = {
    numbers: [1, -2.5, 1e-7, null],
    pairs: [
      [0, 1],
      [0.5, 20],
    ],
    words: ['a', '[\n  1,\n  2\n]'],
    mixed: [...new Array(5000).fill(123456), 'x'],
    empty: [],
  };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain('"numbers": [1, -2.5, 1e-7, null],\n');
  expect(text).toContain('    [0.5, 20]\n');
  expect(text).toContain('  "words": [\n    "a",\n');
  expect(text.endsWith('}\n')).toBe(true);
});
