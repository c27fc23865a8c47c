import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { schema } from '../../../src/config/schema.ts';
import { envExample, settingsTable } from './settings-table.ts';

const file = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8');

test('.env.example holds every setting of the schema, with its default', () => {
  const expected = envExample();
  expect(file('.env.example'), `.env.example has to read:\n${expected}`).toBe(expected);
});

test('the table of docs/settings.md holds every setting of the schema', () => {
  const [, between] =
    /<!-- settings -->\n([\s\S]*?)\n?<!-- \/settings -->/.exec(file('docs/settings.md')) ?? [];
  const expected = settingsTable();
  expect(
    between,
    `between <!-- settings --> and <!-- /settings --> docs/settings.md must read:\n${expected}`,
  ).toBe(expected);
});

test('the values in .env.example are the defaults', () => {
  const uncommented = envExample().replace(/^#(?=[A-Z_]+=)/gm, '');
  const suggested = parseEnv(uncommented);
  expect(Object.keys(suggested).sort()).toEqual(Object.keys(schema).sort());
  expect(readSettings(suggested)).toEqual(readSettings({}));
});

test('each setting is one table row with three cells', () => {
  const rows = settingsTable().split('\n');
  expect(rows).toHaveLength(Object.keys(schema).length + 2);
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
});
