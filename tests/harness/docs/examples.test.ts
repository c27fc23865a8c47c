import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { alertSchema } from '../../../src/alerts/alert.ts';
import { schema } from '../../../src/config/schema.ts';

const root = join(import.meta.dirname, '../../..');
const inDocs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const guides = ['README.md', 'CONTRIBUTING.md', ...inDocs.map((name) => `docs/${name}`)];

interface Block {
  readonly guide: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** From the comment above it: `in src/faults/freeze.ts`, or `file examples/journey.ts`, which lies in docs/. */
  readonly place: string | undefined;
}

function blocksIn(guide: string): Block[] {
  const text = readFileSync(join(root, guide), 'utf8');
  return [...text.matchAll(/(?:<!-- (in|file) (\S+) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm)].map((found) => {
    const [whole, how, path, language, block] = found;
    const line = text.slice(0, found.index + whole.indexOf('```')).split('\n').length;
    const place = path === undefined ? undefined : how === 'file' ? `docs/${path}` : path;
    return { guide, line, language: language!, text: block!, place };
  });
}

const blocks = guides.flatMap(blocksIn);
const named = ({ guide, line }: Block) => `${guide}:${line}`;

/** What the compiler says of these files, each in its place beside the sources. */
function compile(files: readonly { readonly place: string; readonly text: string }[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'));
  try {
    for (const part of ['src', 'fixtures', 'docs/examples', 'package.json', 'tsconfig.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const { place, text } of files) {
      mkdirSync(dirname(join(folder, place)), { recursive: true });
      writeFileSync(join(folder, place), text);
    }
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    const only = { compilerOptions, include: files.map(({ place }) => place) };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(only));
    const tsc = join(root, 'node_modules/.bin/tsc');
    return spawnSync(tsc, ['--noEmit', '--pretty', 'false'], { cwd: folder, encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('every TypeScript example says where it belongs, and compiles there', () => {
  const examples = blocks.filter(({ language }) => language === 'ts');
  expect(examples.filter(({ place }) => place === undefined).map(named)).toEqual([]);
  expect(examples.length).toBeGreaterThan(4);
  const files = examples.map(({ place, text }) => ({ place: place!, text }));
  // One that cannot compile shows that the compiler looks at them.
  const wrong = { place: 'src/faults/wrong.ts', text: "export const wrong: number = 'text';\n" };
  const said = compile([...files, wrong])
    .trim()
    .split('\n');
  expect(said).toEqual([expect.stringMatching(/^src\/faults\/wrong\.ts\(1,14\): error TS2322/)]);
});

test('every JSON example is JSON, and the alert is one', () => {
  const examples = blocks.filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text));
  const [alert] = examples.filter((one) => 'schema' in one);
  expect(alertSchema.safeParse(alert).error?.issues ?? []).toEqual([]);
});

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** npm's own commands, and those of scripts that it names itself. */
const npmCommands = ['ci', 'install', 'test', 'start', 'run', 'view'];

/** What a line of a shell block asks for and this project does not have. */
function unknownIn(line: string): string[] {
  const [command = ''] = line.split(/\s#\s/);
  const run = [...command.matchAll(/npm run (\w[\w-]*(?::\w+)*)/g)].map(([, name]) => name!);
  const npm = [...command.matchAll(/\bnpm ([a-z]+)/g)].map(([, name]) => name!);
  const settings = [...command.matchAll(/(?:^|\s)([A-Z][A-Z\d_]{3,})=/g)].map(([, name]) => name!);
  const paths = [
    ...command.matchAll(/(?<![\w/])((?:src|tests|docs|scripts|bin|fixtures|\.ci)\/[\w./-]+)/g),
  ].map(([, path]) => path!);
  return [
    ...run.filter((name) => !(name in scripts)).map((name) => `npm run ${name}`),
    ...npm.filter((name) => !npmCommands.includes(name)).map((name) => `npm ${name}`),
    ...settings.filter((name) => !isSetting(name)),
    ...paths.filter((path) => !existsSync(join(root, path))),
  ];
}

const service = readFileSync(join(root, 'service/config.ts'), 'utf8');
const contracts = readFileSync(join(root, 'docs/your-service.md'), 'utf8');
const example = readFileSync(join(root, '.env.example'), 'utf8');

/** A setting of the harness or of the reference service, or a variable that a contract of a guide reads. */
function isSetting(name: string): boolean {
  return (
    name in schema ||
    new RegExp(`\\b${name}\\b`).test(service + example) ||
    contracts.includes(`\${env.${name}}`)
  );
}

test('commands, settings and paths of shell examples exist', () => {
  const shells = blocks.filter(({ language }) => ['', 'sh', 'bash', 'shell'].includes(language));
  const unknown = shells.flatMap((block) =>
    block.text.split('\n').flatMap((line) => unknownIn(line).map((what) => `${named(block)}: ${what}`)),
  );
  expect(unknown).toEqual([]);
});

test('links and paths of guides lead to files', () => {
  const lost = guides.flatMap((guide) => {
    const text = readFileSync(join(root, guide), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
    // Those of the workflows lie beside the repository, on GitHub.
    const links = [...text.matchAll(/\]\((?!https?:|#|\.\.\/\.\.\/actions\/)([^)#\s]+)[^)]*\)/g)].map(
      ([, path]) => join(dirname(guide), path!),
    );
    return links.filter((path) => !existsSync(join(root, path))).map((path) => `${guide}: ${path}`);
  });
  expect(lost).toEqual([]);
});

test('a command, a setting or a path that does not exist is noticed', () => {
  expect(unknownIn('CONCURRENT_USRS=5 npm run lod -- tests/nowhere.ts  # a run')).toEqual([
    'npm run lod',
    'CONCURRENT_USRS',
    'tests/nowhere.ts',
  ]);
  expect(unknownIn('CONCURRENT_USERS=5 npm run load')).toEqual([]);
});
