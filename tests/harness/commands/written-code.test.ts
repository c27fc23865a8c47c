import { expect, test } from '@playwright/test';
import { asJavaScript } from '../../../src/commands/examples/javascript.ts';
import { compile, writtenIn } from './written-code.ts';

test('everything that is written compiles with strict rules, in both languages', async () => {
  const folder = await writtenIn({
    typescript: { language: '--typescript', type: 'module' },
    javascript: { language: '--javascript', type: 'commonjs' },
  });
  // A mistake in each language shows that the compiler looks at them, with the types of fullhouse.
  expect(compile(folder, 'nodenext')).toEqual([
    'javascript/journeys/wrong.mjs(2,',
    'typescript/journeys/wrong.ts(2,',
  ]);
});

test('types become JSDoc, and everything else stays', () => {
  const text = [
    "import type { Journey } from 'fullhouse';",
    "import { finding, type Piece } from 'fullhouse';",
    '',
    '/** A journey. */',
    'const a: Journey = async () => {',
    '  const pieces: Piece[] = [];',
    '  const other: Unknown = users[0]!.leave();',
    '  return !pieces[0] && !(other !== 1);',
    '};',
    '',
  ].join('\n');
  expect(asJavaScript(text)).toBe(
    [
      "import { finding } from 'fullhouse';",
      '',
      '/**',
      ' * A journey.',
      " * @type {import('fullhouse').Journey}",
      ' */',
      'const a = async () => {',
      "  /** @type {import('fullhouse').Piece[]} */",
      '  const pieces = [];',
      '  const other: Unknown = users[0].leave();',
      '  return !pieces[0] && !(other !== 1);',
      '};',
      '',
    ].join('\n'),
  );
});
