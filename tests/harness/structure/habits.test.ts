import { expect, test } from '@playwright/test';
import { folders, sources, textOf } from './sources.ts';

/** Only these files read settings; other code gets them as arguments. */
const mayReadTheEnvironment = [/^src\/config\//, /^service\/config\.ts$/, /^scripts\//, /^tests\//];

/** Whether a text reads a variable by its name. Passing the whole environment to a child process is allowed. */
const readsTheEnvironment = (text: string) => /\bprocess\.env\s*(?:\.|\[|\?\.)/.test(text);

/** Folder names without meaning; the purpose of a folder gives a better name. */
const isNoName = (folder: string) => /(^|\/)(utils?|helpers?|commons?|misc|lib|shared)$/i.test(folder);

test('only the configuration reads environment variables', () => {
  const readers = sources().filter((path) => readsTheEnvironment(textOf(path)));
  expect(readers.filter((path) => !mayReadTheEnvironment.some((place) => place.test(path)))).toEqual([]);
  expect(readers).toContain('src/config/environment.ts'); // the search finds what is there
});

test('no folder has a name without meaning, such as utils or helpers', () => {
  expect(folders().filter(isNoName)).toEqual([]);
  expect(folders()).toContain('src/crowd/coordinator');
});

test('no browser test sleeps for a fixed time', () => {
  const word = 'waitFor' + 'Timeout';
  expect(sources().filter((path) => textOf(path).includes(word))).toEqual([]);
});

/** A message that sends readers to an npm script. Only a checkout of fullhouse has its scripts. Comments may name them. */
const namesScript = (text: string) =>
  text
    .split('\n')
    .some((line) => /\bnpm (?:run|start|test)\b/.test(line) && !/^\s*(?:\/\/|\/?\*)/.test(line));

test('no message names an npm script, because a team has none of ours', () => {
  const own = sources().filter((path) => /^(?:src|service|fixtures)\//.test(path));
  expect(own.filter((path) => namesScript(textOf(path)))).toEqual([]);
  expect(namesScript("throw new UserError('Start one with `npm run load`.');")).toBe(true);
  expect(namesScript('/** `npm run bench:link` measures it. */\n * by `npm test`')).toBe(false);
});

/** Folders that judge and report: they read fields. Texts are for people, and their wording may change. */
const readsFields = /^src\/(?:targets|history|results|alerts|views|reporters)\//;

/** The conversion of old records, whose reasons were sentences, and Playwright's own messages. */
const mayReadTexts = ['src/history/old-record.ts', 'src/views/console/playwright-errors.ts'];

/** Whether code searches in a value that is named like a text for people. */
const readsText = (text: string) =>
  /\b(?:message|title|reason|headline|note|hint)\??\.(?:includes|startsWith|endsWith|match|search)\(/.test(
    text,
  ) || /\.(?:test|exec)\((?:\w+\.)?(?:message|title|reason|headline|note|hint)\b/.test(text);

test('judging and reporting code reads fields instead of texts for people', () => {
  const readers = sources().filter((path) => readsFields.test(path) && readsText(textOf(path)));
  expect(readers).toEqual(mayReadTexts);
});

test('the checks of habits report planted violations', () => {
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
