import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { alertSchema } from '../../../src/alerts/alert.ts';
import { commands } from '../../../src/commands/fullhouse.ts';
import { schema } from '../../../src/config/schema.ts';
import { type Block, blocks, follow, guides, inCopy, named, root } from './guides.ts';

/** The compiler's messages about these blocks, each at its place in the sources. */
function compile(examples: readonly Block[]): Promise<string> {
  const parts = ['src', 'fixtures', 'scripts/setup', 'docs/examples', 'package.json', 'tsconfig.json'];
  return inCopy(parts, async (folder) => {
    for (const example of examples) follow(example, folder);
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    const only = { compilerOptions, include: examples.map(({ place }) => place) };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(only));
    const tsc = join(root, 'node_modules/.bin/tsc');
    return spawnSync(tsc, ['--noEmit', '--pretty', 'false'], { cwd: folder, encoding: 'utf8' }).stdout;
  });
}

test('every TypeScript example of the guides names its file and compiles there', async () => {
  const examples = blocks.filter(({ language }) => language === 'ts');
  expect(examples.filter(({ place }) => place === undefined).map(named)).toEqual([]);
  expect(examples.length).toBeGreaterThan(10);
  // An example with a mistake shows that the compiler looks at them.
  const text = "export const wrong: number = 'text';\n";
  const wrong = { guide: '', line: 1, language: 'ts', text, place: 'src/faults/wrong.ts', isLine: false };
  const output = await compile([...examples, wrong]);
  expect(output.trim().split('\n')).toEqual([
    expect.stringMatching(/^src\/faults\/wrong\.ts\(1,14\): error TS2322/),
  ]);
});

/** The text with its imports as paths from the root of the repository, for a file at this place. */
function withWholeImports(text: string, place: string): string {
  return text.replace(/(?<=from ')\.[^']+(?=')/g, (path) => join(dirname(place), path));
}

/** Whether the block equals the file, except for linter comments and import paths. */
function shows({ text, place, file }: Block): boolean {
  const written = readFileSync(join(root, file!), 'utf8').replace(/^\/\/ biome-ignore.*\n/, '');
  return withWholeImports(text, place!) === withWholeImports(written, file!);
}

test('every guide example that names a file equals that file', () => {
  const examples = blocks.filter(({ file }) => file !== undefined);
  expect(examples.length).toBeGreaterThan(9);
  expect(examples.filter((block) => !shows(block)).map(named)).toEqual([]);
  const [first] = examples as [Block];
  expect(shows({ ...first, text: `${first.text}// changed` })).toBe(false);
});

test('every JSON example is valid JSON, and the example alert matches its schema', () => {
  const examples = blocks.filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text));
  const [alert] = examples.filter((one) => 'schema' in one);
  expect(alertSchema.safeParse(alert).error?.issues ?? []).toEqual([]);
});

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** npm's own commands, and those of scripts that it names itself. */
const npmCommands = ['ci', 'i', 'install', 'test', 'start', 'run', 'view'];

/** Commands, settings and paths in a line of a shell block that this project does not have. */
function unknownIn(line: string): string[] {
  const [command = ''] = line.split(/\s#\s/);
  const run = [...command.matchAll(/npm run (\w[\w-]*(?::\w+)*)/g)].map(([, name]) => name!);
  const npm = [...command.matchAll(/\bnpm ([a-z]+)/g)].map(([, name]) => name!);
  const words = [...command.matchAll(/npx fullhouse ([a-z][\w-]*)/g)].map(([, name]) => name!);
  const settings = [...command.matchAll(/(?:^|\s)([A-Z][A-Z\d_]{3,})=/g)].map(([, name]) => name!);
  const paths = [
    ...command.matchAll(/(?<![\w/])((?:src|tests|docs|scripts|bin|fixtures|\.ci)\/[\w./-]+)/g),
  ].map(([, path]) => path!);
  return [
    ...run.filter((name) => !(name in scripts)).map((name) => `npm run ${name}`),
    ...npm.filter((name) => !npmCommands.includes(name)).map((name) => `npm ${name}`),
    ...words.filter((name) => !(name in commands)).map((name) => `npx fullhouse ${name}`),
    ...settings.filter((name) => !isSetting(name)),
    ...paths.filter((path) => !existsSync(join(root, path))),
  ];
}

const service = readFileSync(join(root, 'service/config.ts'), 'utf8');
const contracts = readFileSync(join(root, 'docs/contract-file.md'), 'utf8');
const example = readFileSync(join(root, '.env.example'), 'utf8');

/** A setting of the harness or of the reference service, or a variable that a contract of a guide reads. */
function isSetting(name: string): boolean {
  return (
    name in schema ||
    new RegExp(`\\b${name}\\b`).test(service + example) ||
    contracts.includes(`\${env.${name}}`)
  );
}

test('shell examples use only existing commands, settings and paths', () => {
  const shells = blocks.filter(({ language }) => ['', 'sh', 'bash', 'shell'].includes(language));
  const unknown = shells.flatMap((block) =>
    block.text.split('\n').flatMap((line) => unknownIn(line).map((what) => `${named(block)}: ${what}`)),
  );
  expect(unknown).toEqual([]);
});

test('links of the guides lead to existing files', () => {
  const lost = guides.flatMap((guide) => {
    const text = readFileSync(join(root, guide), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
    // Links to workflows lead to GitHub, not to files.
    const links = [...text.matchAll(/\]\((?!https?:|#|\.\.\/\.\.\/actions\/)([^)#\s]+)[^)]*\)/g)].map(
      ([, path]) => join(dirname(guide), path!),
    );
    return links.filter((path) => !existsSync(join(root, path))).map((path) => `${guide}: ${path}`);
  });
  expect(lost).toEqual([]);
});

test('the check of shell examples reports unknown commands, settings and paths', () => {
  expect(unknownIn('CONCURRENT_USRS=5 npm run lod -- tests/nowhere.ts  # a run')).toEqual([
    'npm run lod',
    'CONCURRENT_USRS',
    'tests/nowhere.ts',
  ]);
  expect(unknownIn('CONCURRENT_USERS=5 npm run load')).toEqual([]);
  expect(unknownIn('npx fullhouse histroy && npx fullhouse history')).toEqual(['npx fullhouse histroy']);
});
