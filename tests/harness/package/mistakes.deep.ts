import { expect } from '@playwright/test';
import { test } from './installed.ts';
import type { TeamRepository } from './team-repository.ts';

const wrong = [
  "  contrat: './contract.yaml',",
  "  settings: { CONCURRENT_USERS: 'many' },",
  "  journey: './journeys/none.ts',",
];

test('mistakes in the configuration have file and line, with each ending', async ({ team }) => {
  test.setTimeout(120_000);
  for (const ending of ['ts', 'mjs', 'cjs', 'js']) {
    const file = `playwright.config.${ending}`;
    const head =
      ending === 'cjs'
        ? ["const { defineFullhouse } = require('fullhouse');", 'module.exports = defineFullhouse({']
        : ["import { defineFullhouse } from 'fullhouse';", 'export default defineFullhouse({'];
    team.remove('playwright.config.ts', 'playwright.config.mjs', 'playwright.config.cjs');
    team.write({ [file]: [...head, ...wrong, '});', ''].join('\n') });
    const { code, output } = await team.playwright('--project=load');
    expect(code, ending).toBe(1);
    expect(output.trimEnd(), ending).toMatch(
      new RegExp(
        `^${file}:3: contrat: is not an option of defineFullhouse\\. Did you mean "contract"\\?\n${file}:4: settings\\.CONCURRENT_USERS: "many" is not allowed\\. .*\n${file}:5: journey: the file "\\./journeys/none\\.ts" cannot be loaded: .*$`,
      ),
    );
  }
});

const load = (...lines: string[]) => [
  "import { loadTest } from 'fullhouse';",
  'loadTest({',
  "  name: 'a',",
  "  question: 'Does it?',",
  ...lines,
  '});',
];

/** Each with a file, its text, and the sentence. */
const inTests: readonly (readonly [title: string, text: readonly string[], sentence: string])[] = [
  [
    'an unknown option of loadTest',
    load("  journy: 'attend-meeting',"),
    'tests/load/meetings.spec.ts:2: "journy" is not an option of loadTest. Did you mean "journey"?',
  ],
  [
    'a wrong type',
    load('  schedule: 3,'),
    'tests/load/meetings.spec.ts:2: loadTest: schedule must be a text.',
  ],
  [
    'a journey that is missing',
    load("  journey: './journeys/none.ts',"),
    'tests/load/meetings.spec.ts:2: Load test "a": JOURNEY: the file "./journeys/none.ts" cannot be loaded: there is no such file.',
  ],
  [
    'a module that is missing',
    [
      "import { loadTest } from 'fullhouse';",
      `import { name } from ${"'../../missing'"};`,
      'loadTest(name);',
    ],
    'tests/load/meetings.spec.ts:2: cannot find "',
  ],
  [
    'a standard spec that does not exist',
    ["import 'fullhouse/tests/load/nothing.spec';"],
    'tests/load/meetings.spec.ts:1: cannot find "',
  ],
];

for (const type of ['commonjs', 'module'])
  test(`mistakes in a test have file and line, in a package with the type ${type}`, async ({ team }) => {
    test.setTimeout(240_000);
    const description = JSON.parse(team.read('package.json'));
    team.write({ 'package.json': JSON.stringify({ ...description, type }) });
    for (const [title, text, sentence] of inTests) {
      const { code, output } = await refused(team, text);
      expect(output, title).toContain(`\n${sentence}`);
      expect(code, title).toBe(1);
    }
  });

/** Each with the text of a journey, and what the run prints. */
const inJourneys: readonly (readonly [title: string, text: string, sentence: RegExp])[] = [
  [
    'no default export',
    'export const journey = 1;',
    /\n {2}JOURNEY: the file "\.\/journeys\/chat\.ts" exports no journey\. Write: /,
  ],
  [
    'an operation that the contract lacks',
    "export default async (participant: any) => {\n  await participant.call('chat.sendd');\n};",
    /\n {2}TypeError: the contract has no operation "chat\.sendd"\n +in journeys\/chat\.ts\n/,
  ],
];

test('mistakes in a journey are named once, with the file', async ({ team }) => {
  test.setTimeout(180_000);
  team.write({ 'tests/load/meetings.spec.ts': load("  journey: './journeys/chat.ts',").join('\n') });
  for (const [title, text, sentence] of inJourneys) {
    team.write({ 'journeys/chat.ts': text });
    const { code, output } = await team.playwright('--project=load --workers=2');
    expect(output, title).toMatch(sentence);
    expect(output.match(/^✘ load › /gm), title).toHaveLength(1);
    expect(code, title).toBe(1);
  }
});

function refused(team: TeamRepository, text: readonly string[]) {
  team.write({ 'tests/load/meetings.spec.ts': text.join('\n') });
  return team.playwright('--project=load --workers=1');
}
