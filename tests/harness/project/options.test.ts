import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { messagesOf } from '../../../src/kernel/errors.ts';
import { callerOf } from '../../../src/project/call-site.ts';
import { placeOfLimit, readOptions } from '../../../src/project/check-options.ts';
import { lineOfOption } from '../../../src/project/option-line.ts';
import { settingsOptionsText } from './settings-options-text.ts';

const test = base.extend<{ refused: (lines: readonly string[], options: unknown) => string }>({
  /** Writes a configuration, and returns the message for its options, with its path shortened. */
  async refused({}, use) {
    const folder = mkdtempSync(join(tmpdir(), 'options-'));
    const file = join(folder, 'playwright.config.ts');
    await use((lines, options) => {
      writeFileSync(file, lines.join('\n'));
      const messages = messagesOf(() => readOptions(options, { file, line: 3 })).join('\n');
      return messages.replaceAll(/^\S*(?=playwright\.config\.ts:)/gm, '');
    });
    rmSync(folder, { recursive: true });
  },
});

/** A configuration with these options, which begin in line 4. */
const config = (...options: string[]) => [
  "import { defineFullhouse } from 'fullhouse';",
  '',
  'export default defineFullhouse({',
  ...options,
  '});',
];

test.describe('The options of defineFullhouse', () => {
  test('become settings, in the notation of the environment', () => {
    const written = readOptions(
      {
        schedule: 'ramp 0..50 for 30s',
        targets: { 'latency p95': '< 500 ms', 'error rate': '< 1 %' },
        settings: { CONCURRENT_USERS: 20, VERBOSE: true, SEED: '7' },
      },
      undefined,
    );
    expect(written).toEqual({
      CONCURRENT_USERS: '20',
      VERBOSE: '1',
      SEED: '7',
      SCHEDULE: 'ramp 0..50 for 30s',
      TARGETS: 'latency p95 < 500 ms; error rate < 1 %',
    });
  });

  const table: [string, string[], unknown, string][] = [
    [
      'an unknown option',
      ["  contrat: 'contract.yaml',"],
      { contrat: 'contract.yaml' },
      'playwright.config.ts:4: contrat: is not an option of defineFullhouse. Did you mean "contract"?',
    ],
    [
      'a setting at the top',
      ['  CONCURRENT_USERS: 5,'],
      { CONCURRENT_USERS: 5 },
      'playwright.config.ts:4: CONCURRENT_USERS: is not an option of defineFullhouse. It is a setting: write it into `settings: { CONCURRENT_USERS: … }`.',
    ],
    [
      'an option of Playwright at the top',
      ['  testDir: ".",', '  retries: 2,'],
      { testDir: '.', retries: 2 },
      'playwright.config.ts:5: retries: is not an option of defineFullhouse. It is an option of Playwright: write it into `playwright: { retries: … }`.',
    ],
    [
      'an unknown setting',
      ['  settings: {', '    // CONCURENT_USERS: 9', '    CONCURENT_USERS: 5,', '  },'],
      { settings: { CONCURENT_USERS: 5 } },
      'playwright.config.ts:6: settings.CONCURENT_USERS: is not a setting. Did you mean "CONCURRENT_USERS"?',
    ],
    [
      'a wrong value of a setting',
      ["  settings: { TEST_DURATION: 'long' },"],
      { settings: { TEST_DURATION: 'long' } },
      'playwright.config.ts:4: settings.TEST_DURATION: "long" is not allowed. Use a number from 1 to 86400.',
    ],
    [
      'a wrong type',
      ['  contract: 5,'],
      { contract: 5 },
      'playwright.config.ts:4: contract: 5 is not allowed. Use a text.',
    ],
    [
      'a missing file',
      ['  ', "  contract: './nowhere.yaml',"],
      { contract: './nowhere.yaml' },
      'playwright.config.ts:5: contract: the file "./nowhere.yaml" does not exist.',
    ],
    [
      'a missing journey',
      ["  journey: './nowhere.ts',"],
      { journey: './nowhere.ts' },
      'playwright.config.ts:4: journey: the file "./nowhere.ts" cannot be loaded',
    ],
    [
      'a missing folder',
      ["  testDir: 'nowhere',"],
      { testDir: 'nowhere' },
      'playwright.config.ts:4: testDir: the folder "nowhere" does not exist.',
    ],
    [
      'a wrong target among good ones',
      ['  targets: {', "    'error rate': '< 1 %',", "    'latency p955': '< 500 ms',", '  },'],
      { targets: { 'error rate': '< 1 %', 'latency p955': '< 500 ms' } },
      'playwright.config.ts:6: targets.latency p955: ',
    ],
    [
      'a limit that is a number',
      ["  targets: { 'latency p95': 500 },"],
      { targets: { 'latency p95': 500 } },
      "playwright.config.ts:4: targets.latency p95: 500 is not allowed. Use a limit, such as '< 500 ms'.",
    ],
    [
      'a wrong schedule',
      ["  schedule: 'rampp 0..5',"],
      { schedule: 'rampp 0..5' },
      'playwright.config.ts:4: schedule: ',
    ],
    [
      'a secret',
      ["  settings: { JWT_SECRET: 'hidden-value' },"],
      { settings: { JWT_SECRET: 'hidden-value' } },
      'playwright.config.ts:4: settings.JWT_SECRET: is a secret, and a configuration is committed. Set it in the environment or in .env.',
    ],
    [
      'a setting that has an option',
      ["  settings: { CONTRACT: 'contract.yaml' },"],
      { settings: { CONTRACT: 'contract.yaml' } },
      'playwright.config.ts:4: settings.CONTRACT: has its own option: write `contract: …` beside `settings`.',
    ],
    [
      'a project with the name of a phase',
      ["  playwright: { projects: [{ name: 'load' }] },"],
      { playwright: { projects: [{ name: 'load' }] } },
      'playwright.config.ts:4: playwright.projects: "load" is a project of fullhouse. Use another name.',
    ],
    [
      'a folder in the place of a file',
      ["  contract: './docs',"],
      { contract: './docs' },
      'playwright.config.ts:4: contract: the file "./docs" is not a file.',
    ],
    [
      'one project in the place of a list',
      ["  playwright: { projects: { name: 'web' } },"],
      { playwright: { projects: { name: 'web' } } },
      'playwright.config.ts:4: playwright.projects: {"name":"web"} is not allowed. Use a list of projects.',
    ],
    [
      'a promise',
      [],
      Promise.resolve({ contract: './contract.yaml' }),
      'playwright.config.ts:3: defineFullhouse: a promise that was not awaited is not allowed. Use an object of options',
    ],
    [
      'no object',
      [],
      'contract.yaml',
      'playwright.config.ts:3: defineFullhouse: "contract.yaml" is not allowed.',
    ],
  ];
  for (const [what, lines, options, message] of table)
    test(`${what} is refused with its file and line`, ({ refused }) => {
      expect(refused(config(...lines), options)).toContain(message);
    });

  test('a limit is found by the text of its target', () => {
    const targets = { 'latency p95': '< 500 ms' };
    const place = placeOfLimit('targets', { targets }, undefined);
    expect(place('latency p95 < 500 ms')).toBe('targets.latency p95');
    expect(place('latency p95 < 9 ms')).toBe('TARGETS');
  });

  test('all mistakes are reported at once, and a secret is not quoted', ({ refused }) => {
    const lines = config('  contract: 5,', "  settings: { JWT_SECRET: 'hidden-value' },");
    const message = refused(lines, { contract: 5, settings: { JWT_SECRET: 'hidden-value' } });
    expect(message.split('\n')).toHaveLength(2);
    expect(message).not.toContain('hidden-value');
  });
});

test.describe('The line of an option', () => {
  const text = [
    'const contract = 1; // contract: none',
    'export default defineFullhouse({',
    '  /* targets: { a: 1 } */ contract,',
    "  'targets': {",
    "    'latency p95': '< 1 ms // error rate: no',",
    '    "error rate": limit,',
    '  },',
    '});',
  ].join('\n');
  const lines: [string[], number][] = [
    [['contract'], 3],
    [['targets'], 4],
    [['targets', 'latency p95'], 5],
    [['targets', 'error rate'], 6],
    [['targets', 'unknown'], 4],
    [['unknown'], 2],
  ];
  for (const [path, line] of lines)
    test(`${path.join('.')} is in line ${line}`, () => {
      expect(lineOfOption(text, path, 2)).toBe(line);
    });
});

test.describe('The caller of defineFullhouse', () => {
  const module = 'file:///package/src/project/define-fullhouse.ts';
  const stacks: [string, string[], { file: string; line: number } | undefined][] = [
    [
      'an ES module',
      [
        'at defineFullhouse (/package/src/project/define-fullhouse.ts:4:9)',
        'at file:///team/playwright.config.ts:3:16',
      ],
      { file: '/team/playwright.config.ts', line: 3 },
    ],
    [
      'an ES module whose loader adds a query',
      [`at defineFullhouse (${module}:4:9)`, 'at file:///team%20a/playwright.config.ts?namespace=1:3:16'],
      { file: '/team a/playwright.config.ts', line: 3 },
    ],
    [
      'a CommonJS module',
      [
        'at defineFullhouse (file:///package/src/project/define-fullhouse.ts:4:9)',
        'at Object.<anonymous> (/team (1)/playwright.config.ts:5:38)',
        'at Module._compile (node:internal/modules/cjs/loader:1554:14)',
      ],
      { file: '/team (1)/playwright.config.ts', line: 5 },
    ],
    ['no file', ['at defineFullhouse (/package/src/project/define-fullhouse.ts:4:9)'], undefined],
  ];
  for (const [what, frames, found] of stacks)
    test(`is found in the stack of ${what}`, () => {
      expect(
        callerOf(['Error: for its stack', ...frames.map((frame) => `    ${frame}`)].join('\n'), module),
      ).toEqual(found);
    });
});

test('the options for settings are those of the schema, with their descriptions', () => {
  const path = join(import.meta.dirname, '../../../src/project/settings-options.ts');
  expect(readFileSync(path, 'utf8'), 'run `npx tsx tests/harness/project/write-settings-options.ts`').toBe(
    settingsOptionsText(),
  );
});
