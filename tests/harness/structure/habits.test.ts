import { expect, test } from '@playwright/test';
import { folders, sources, textOf } from './sources.ts';

/** Settings are read here and nowhere else; everybody else is given them. */
const mayReadTheEnvironment = [
  /^src\/config\//,
  /^service\/config\.ts$/,
  /^playwright\.config\.ts$/,
  /^scripts\//,
  /^tests\//,
];

/** One variable by its name. To hand the whole environment on to a process that is started is no setting. */
const readsTheEnvironment = (text: string) => /\bprocess\.env\s*(?:\.|\[|\?\.)/.test(text);

/** Folders in which everything ends up; what it serves gives a better name. */
const isNoName = (folder: string) => /(^|\/)(utils?|helpers?|commons?|misc|lib|shared)$/i.test(folder);

test('environment variables are read by the configuration alone', () => {
  const readers = sources().filter((path) => readsTheEnvironment(textOf(path)));
  expect(readers.filter((path) => !mayReadTheEnvironment.some((place) => place.test(path)))).toEqual([]);
  expect(readers).toContain('src/config/environment.ts'); // the search finds what is there
});

test('no folder is named after nothing', () => {
  expect(folders().filter(isNoName)).toEqual([]);
  expect(folders()).toContain('src/crowd/coordinator');
});

test('nobody sleeps for a fixed time in a browser test', () => {
  const word = 'waitFor' + 'Timeout';
  expect(sources().filter((path) => textOf(path).includes(word))).toEqual([]);
});

/** Folders that judge and report: they read fields. Texts are for people, and their wording may change. */
const readsFields = /^src\/(?:targets|history|results|alerts|views|reporters)\//;

/** The conversion of records whose reasons were sentences, and what Playwright itself says. */
const mayReadTexts = ['src/history/old-record.ts', 'src/views/console/time-limit.ts'];

/** A search in something that is named like a text for people. */
const readsText = (text: string) =>
  /\b(?:message|title|reason|headline|note|hint)\??\.(?:includes|startsWith|endsWith|match|search)\(/.test(
    text,
  ) || /\.(?:test|exec)\((?:\w+\.)?(?:message|title|reason|headline|note|hint)\b/.test(text);

test('code that judges and reports reads fields, and no texts for people', () => {
  const readers = sources().filter((path) => readsFields.test(path) && readsText(textOf(path)));
  expect(readers).toEqual(mayReadTexts);
});

test('these checks can fail', () => {
  for (const text of [
    "reason.startsWith('missed: ')",
    'PATTERN.test(test.title)',
    "error.message?.includes('x')",
  ])
    expect(readsText(text)).toBe(true);
  expect(readsText("name.startsWith('page.')")).toBe(false);
  for (const text of ['process.env.PORT', "process.env['PORT']", 'process.env[NAME]', 'process.env?.PORT'])
    expect(readsTheEnvironment(text)).toBe(true);
  for (const text of [
    '{ ...process.env, PORT: 1 }',
    'const { NODE_OPTIONS: _, ...rest } = process.env;',
    'process.environment.x',
  ])
    expect(readsTheEnvironment(text)).toBe(false);
  for (const folder of ['src/utils', 'tests/harness/helpers', 'src/Common'])
    expect(isNoName(folder)).toBe(true);
  for (const folder of ['src/crowd', 'src/utility-bills', 'src/communal'])
    expect(isNoName(folder)).toBe(false);
});
