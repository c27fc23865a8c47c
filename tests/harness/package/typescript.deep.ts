import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { type Asked, completions } from './completions.ts';
import { test, toolsIn } from './installed.ts';
import type { TeamRepository } from './team-repository.ts';

const strict = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUncheckedSideEffectImports: true,
  types: ['node'],
};

function configure(team: TeamRepository, type: string, resolution: string): void {
  const description = JSON.parse(team.read('package.json'));
  team.write({
    'package.json': JSON.stringify({ ...description, type }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        ...strict,
        module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
        moduleResolution: resolution,
      },
      include: ['playwright.config.ts', 'journeys', 'faults', 'tests'],
    }),
  });
}

for (const version of ['5.6', '5.9', '7'])
  test(`TypeScript ${version}: what init writes has no mistake, in strict mode`, async ({ team }) => {
    test.setTimeout(300_000);
    const tools = await toolsIn(team, [`typescript@${version}`, '@types/node@20']);
    test.skip(tools === undefined, `TypeScript ${version} cannot be installed here`);
    await team.run('cp', ['-r', join(tools!, '@types'), join(tools!, 'undici-types'), 'node_modules/']);
    const check = () => team.run('node', [join(tools!, 'typescript/bin/tsc'), '--project', '.']);
    for (const type of ['commonjs', 'module'])
      for (const resolution of ['nodenext', 'bundler']) {
        configure(team, type, resolution);
        expect(await check(), `${type}, ${resolution}`).toEqual({ code: 0, output: '' });
      }
    // The types are there, and not `any`.
    team.write({
      'playwright.config.ts':
        "import { defineFullhouse } from 'fullhouse';\nexport default defineFullhouse({ contrat: 'a' });\n",
      'tests/chaos/wrong.spec.ts': "import 'fullhouse/tests/chaos/nothing.spec';\n",
    });
    const { output } = await check();
    expect(output).toMatch(/playwright\.config\.ts\(2,\d+\): error TS\d+: .*'contrat'/);
    expect(output).toMatch(/wrong\.spec\.ts\(1,8\): error TS\d+: .*nothing\.spec/);
  });

/** A cursor is at `|`. */
const asked: readonly Asked[] = [
  {
    code: "import { defineFullhouse } from 'fullhouse';\nexport default defineFullhouse({ | });",
    names: ['contract', 'journey', 'schedule', 'targets', 'settings', 'testDir', 'playwright'],
  },
  {
    code: "import { defineFullhouse } from 'fullhouse';\nexport default defineFullhouse({ settings: { | } });",
    names: ['CONCURRENT_USERS', 'TEST_DURATION', 'SEED'],
  },
  {
    code: "import { loadTest } from 'fullhouse';\nloadTest({ | });",
    names: ['name', 'question', 'journey', 'schedule', 'targets'],
  },
  {
    code: "import type { Journey } from 'fullhouse';\nexport const journey: Journey = async (participant) => { participant.| };",
    names: ['arrive', 'call', 'expectEvent', 'leave', 'random', 'think'],
  },
  {
    code: "import { test } from 'fullhouse';\ntest('a', async ({ | }) => {});",
    names: ['experiment', 'link'],
  },
  {
    code: "import { test } from 'fullhouse';\ntest('a', async ({ link }) => { const path = await link.open('a'); path.| });",
    names: ['inflict', 'heal', 'stats'],
  },
  {
    code: "import { test } from 'fullhouse';\ntest('a', async ({ link }) => { (await link.open('a')).inflict({ kind: '|' }); });",
    names: ['stalled', 'impaired', 'refusing', 'half-open'],
    isUndocumented: true,
  },
  {
    code: "import { defineFault } from 'fullhouse';\ndefineFault({ | });",
    names: ['kind', 'describe', 'apply', 'prove'],
  },
  { code: "import 'fullhouse/tests/chaos/|';", names: ['packet-loss.spec'], isUndocumented: true },
];

test('the editor offers each name, with its documentation', async ({ team }) => {
  test.setTimeout(120_000);
  const tools = await toolsIn(team, ['typescript@5.9']);
  test.skip(tools === undefined, 'TypeScript 5.9 cannot be installed here');
  const typescript = createRequire(import.meta.url)(join(tools!, 'typescript'));
  for (const each of asked) expect(completions(typescript, team.folder, each), each.code).toEqual([]);
});
