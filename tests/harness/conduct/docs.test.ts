import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { catalogue, type FindingName, severityOf } from '../../../src/conduct/catalogue.ts';
import { questions } from '../../../src/conduct/questions/index.ts';
import { seededConduct } from './seeded.ts';

const page = () => readFileSync(new URL('../../../docs/conduct.md', import.meta.url), 'utf8');

/** The rows between two marks of the page. */
function between(name: string): string[] {
  const [, rows = ''] = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)\\n<!-- /${name} -->`).exec(page()) ?? [];
  return rows.split('\n').slice(2);
}

test('docs/conduct.md lists each finding with its severity and message', () => {
  const expected = Object.entries(catalogue).map(
    ([name, message]) => `| \`${name}\` | ${severityOf(name as FindingName)} | ${message} |`,
  );
  expect(between('findings'), `docs/conduct.md has to hold:\n${expected.join('\n')}`).toEqual(expected);
});

test('docs/conduct.md lists each question with its seeded defects', () => {
  const expected = questions.map(({ id, question }) => {
    const defects = seededConduct.filter((one) => one.question === id).map(({ defect }) => `\`${defect}\``);
    return `| \`${id}\` | ${question} | ${defects.join(', ')} |`;
  });
  expect(between('questions'), `docs/conduct.md has to hold:\n${expected.join('\n')}`).toEqual(expected);
});
