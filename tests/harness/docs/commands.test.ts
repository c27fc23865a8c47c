import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type CatalogueEntry, groups, usageOf } from '../../../scripts/catalogue/commands.mjs';
import { asksForHelp, helpOf, overview } from '../../../scripts/catalogue/help.mjs';
import { settingsInHelp } from '../../../scripts/catalogue/settings.mjs';
import { commands as fullhouse } from '../../../src/commands/fullhouse.ts';
import { schema } from '../../../src/config/schema.ts';
import { serviceSettings } from '../../../src/config/service-settings.ts';
import { npmScripts } from '../kernel/run-command.ts';
import { suite } from '../suite.ts';
import { root } from './guides.ts';

const commands = groups.flatMap((group) => group.commands);

/** The lines of the groups in docs/commands.md. */
function linesOfGuide(): string {
  const column = 45;
  return groups
    .map(({ title, commands: own }) => {
      const lines = own.map((command) => `${usageOf(command).padEnd(column)}# ${command.about}`);
      return `## ${title}\n\`\`\`\n${lines.join('\n')}\n\`\`\``;
    })
    .join('\n');
}

/** The npm scripts that people start. npm itself starts the other one. */
const { prepack: _, ...scripts } = npmScripts();

test('the catalogue has every npm script, and every command of the catalogue exists', () => {
  const named = commands.flatMap(({ name, script }) =>
    name.startsWith('fullhouse ') ? (script ?? []) : [name],
  );
  expect(named.toSorted()).toEqual(Object.keys(scripts).sort());
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  const ofFullhouse = commands.flatMap(({ name }) => /^fullhouse (\S+)/.exec(name)?.[1] ?? []);
  expect([...new Set(ofFullhouse)].toSorted()).toEqual(Object.keys(fullhouse).sort());
  // A short name starts its command.
  for (const { name, script } of commands)
    if (script !== undefined) expect(scripts[script]).toBe(`node scripts/npm-script.mjs ${name}`);
  const aliases = commands.flatMap(({ alias }) => alias ?? []);
  expect(aliases.filter((alias) => !named.includes(alias))).toEqual([]);
  // Each script starts with the program that answers --help; an alias starts another script.
  const starts =
    /^(node( --import tsx)? scripts\/npm-script\.mjs |npm run [\w:]+ --$|node scripts\/setup\.mjs$)/;
  expect(Object.values(scripts).filter((script) => !starts.test(script))).toEqual([]);
});

test('docs/commands.md lists the commands of the catalogue', () => {
  const guide = readFileSync(join(root, 'docs/commands.md'), 'utf8');
  // The texts between the blocks are free.
  const shown = guide.match(/^## .*\n```\n[\s\S]*?^```/gm)?.join('\n');
  expect(shown, `the blocks of docs/commands.md must read:\n${linesOfGuide()}`).toBe(linesOfGuide());
});

test('each help fits 80 columns, and names only existing settings', () => {
  const texts = [overview(), ...commands.map(helpOf)];
  expect(texts.flatMap((text) => text.split('\n').filter((line) => line.length > 80))).toEqual([]);
  for (const command of commands) {
    expect(helpOf(command)).toContain(`\nExample:\n  ${command.example}`);
    expect(overview()).toContain(command.about);
  }
  const known = [...Object.keys(schema), ...serviceSettings];
  expect(Object.keys(settingsInHelp).filter((name) => !known.includes(name))).toEqual([]);
  const unexplained = ({ settings = [] }: CatalogueEntry) =>
    settings.filter((name) => !(name in settingsInHelp));
  expect(commands.flatMap(unexplained)).toEqual([]);
  // The defaults in brackets are those of the schema.
  for (const [name, text] of Object.entries(settingsInHelp)) {
    const shown = / \((\d+)\)$/.exec(text)?.[1];
    if (shown !== undefined) expect([name, shown]).toEqual([name, (schema as Defaults)[name]?.default]);
  }
});

type Defaults = Readonly<Record<string, { readonly default?: string }>>;

test('a script answers --help before it starts or installs anything', () => {
  for (const [name, script] of [
    ['test', '--set-up playwright test --config tests/harness'],
    ['types', 'tsc --noEmit then tsc'],
    ['history', 'fullhouse history'],
    ['load', 'playwright test --project=load'],
  ] as const) {
    // A program that cannot be found would be an error.
    const env = { npm_lifecycle_event: name, PATH: '/nowhere' };
    const args = ['scripts/npm-script.mjs', ...script.split(' '), 'pattern', '-h'];
    const ran = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(new RegExp(`^Usage: np[mx] .*\\b${name}\\b`));
  }
  expect(asksForHelp(['--', '--help'])).toBe(false);
});

test('the installed package shows no npm scripts', async () => {
  // The package has the catalogue, and none of the other scripts.
  const copy = test.info().outputPath('catalogue');
  cpSync(join(root, 'scripts/catalogue'), copy, { recursive: true });
  const help: typeof import('../../../scripts/catalogue/help.mjs') = await import(join(copy, 'help.mjs'));
  expect(help.overview()).toContain('npx fullhouse history');
  expect(help.overview()).not.toMatch(/npm (run|start|test)/);
  expect(overview()).toContain('npm run torture');
});

test('a script of several programs stops at the first one that fails', () => {
  const run = (...words: string[]) =>
    spawnSync(process.execPath, ['scripts/npm-script.mjs', ...words], { cwd: root, encoding: 'utf8' });
  expect(run('echo', '1', 'then', 'echo', '2')).toMatchObject({ status: 0, stdout: '1\n2\n' });
  expect(run('false', 'then', 'echo', '2')).toMatchObject({ status: 1, stdout: '' });
  const missing = run('no-such-program');
  expect([missing.status, missing.stderr]).toEqual([
    127,
    'no-such-program cannot be started: spawn no-such-program ENOENT. Run `npm run setup`.\n',
  ]);
});

test('a list of the tests of the harness has no reporter that writes files', () => {
  const given = process.argv;
  try {
    process.argv = ['node', 'playwright', 'test', '--config', 'tests/harness', '--list'];
    expect(suite({ ending: '.test.ts' }).reporter).toBe('list');
    process.argv = process.argv.slice(0, -1);
    expect(JSON.stringify(suite({ ending: '.test.ts' }).reporter)).toContain('results.json');
  } finally {
    process.argv = given;
  }
});
