import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse, stringify } from 'yaml';
import { needs } from '../../../src/experiments/catalogue.ts';
import { contractJsonSchema, contractOf } from '../../../src/meetings/contract/load.ts';
import { variables } from '../../../src/meetings/expressions.ts';
import { standardOperations } from '../../../src/timings/catalogue.ts';

const docs = join(import.meta.dirname, '../../../docs');
const guide = ['your-service.md', 'contract-file.md']
  .map((name) => readFileSync(join(docs, name), 'utf8'))
  .join('\n');
/** Contracts in guides that also show YAML of other tools. */
const others = ['migrate.md', 'your-repository.md'].flatMap((name) =>
  [...readFileSync(join(docs, name), 'utf8').matchAll(/<!-- contract -->\n```yaml\n([\s\S]*?)```/g)].map(
    ([, block]) => block!,
  ),
);

/** The rows of a table, cell by cell, without its head. */
function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The table between `<!-- name -->` and `<!-- /name -->`. */
function table(name: string): string[][] {
  const found = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)\n<!-- /${name} -->`).exec(guide);
  expect(found, `the guide has a table between <!-- ${name} --> and <!-- /${name} -->`).not.toBeNull();
  return rowsOf(found![1]!);
}

const code = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);

/** All keys that the tables of a guide explain, as whole paths: `operations.*.roster.list`. */
function documentedKeys(text: string): string[] {
  return [...text.matchAll(/<!-- keys ?(\S*) -->\n([\s\S]*?)\n<!-- \/keys -->/g)].flatMap(([, place, rows]) =>
    rowsOf(rows!).flatMap(([keys]) => code(keys!).map((key) => (place === '' ? key : `${place}.${key}`))),
  );
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

interface Key {
  readonly path: string;
  /** Whether there are no keys below it. */
  readonly isLeaf: boolean;
}

/** All keys that a contract may have; `*` stands for a name that its author chooses. */
function keysOf(schema: Schema, path: readonly string[] = []): Key[] {
  const below = [
    ...Object.entries(schema.properties ?? {}),
    ...(typeof schema.additionalProperties === 'object' ? [['*', schema.additionalProperties] as const] : []),
  ].flatMap(([name, inner]) => keysOf(inner, [...path, name]));
  const either = (schema.anyOf ?? [])
    .flatMap((one) => keysOf(one, path))
    .filter((key) => key.path !== path.join('.'));
  const all = [...below, ...either];
  const isLeaf = all.every((key) => key.path.endsWith('.*'));
  return path.length === 0 ? all : [{ path: path.join('.'), isLeaf }, ...all];
}

/** The missing and unknown keys in the tables of a guide. */
function wrongKeys(text: string): { missing: string[]; unknown: string[] } {
  const documented = new Set(documentedKeys(text));
  const keys = keysOf(contractJsonSchema() as Schema);
  // A name that the author chooses has no row; the key above it has one.
  const named = keys.filter(({ path }) => !path.endsWith('.*'));
  return {
    missing: named.filter(({ path, isLeaf }) => isLeaf && !documented.has(path)).map(({ path }) => path),
    unknown: [...documented].filter((path) => !named.some((key) => key.path === path)),
  };
}

test('the contract tables list exactly the keys of the contract schema', () => {
  expect(documentedKeys(guide).length).toBeGreaterThan(80);
  expect(wrongKeys(guide)).toEqual({ missing: [], unknown: [] });
});

test('the check of the contract tables reports missing and unknown keys', () => {
  const renamed = guide.replace('| `detection` |', '| `detektion` |');
  expect(wrongKeys(renamed)).toEqual({ missing: ['detection'], unknown: ['detektion'] });
  const deeper = guide.replace('| `socket.first.emit` |', '| `socket.last.emit` |');
  expect(wrongKeys(deeper)).toEqual({
    missing: ['send.socket.first.emit'],
    unknown: ['send.socket.last.emit'],
  });
});

test('the table of variables equals the variables in the code', () => {
  const written = table('variables').map(([place, names]) => [code(place!)[0], code(names!)]);
  expect(Object.fromEntries(written)).toEqual(variables);
});

test('the table of operations lists every standard operation', () => {
  expect(table('operations').flatMap(([name]) => code(name!))).toEqual([...standardOperations]);
});

test('the table of needs lists everything that experiments need of a service', () => {
  expect(table('needs').map(([need]) => need)).toEqual([...needs, 'commands']);
});

/** The rest of a contract, into which fragments are inserted. */
const rest = {
  contract: 'fullhouse/1',
  service: { url: 'http://127.0.0.1:1', socket: {} },
  identity: { none: {} },
};
const operations = {
  'meeting.create': { post: '', meeting: 'body.id' },
  'meeting.join': { post: '/join' },
  'meeting.get': { get: '' },
  'meeting.reconnect': { post: '/back' },
  'hand.raise': { post: '/hand' },
  'hand.lower': { delete: '/hand' },
};

const environment = new Proxy<Record<string, string>>({}, { get: () => 'set' });

/** Reads a block of the guide as a contract, or as a part of one. */
function read(block: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  try {
    writeFileSync(join(folder, 'rooms.txt'), 'room-1\n');
    writeFileSync(join(folder, 'users.csv'), 'id,token\nanna,secret\n');
    const part = parse(block) as Readonly<Record<string, object>>;
    const whole =
      'contract' in part ? part : { ...rest, ...part, operations: { ...operations, ...part.operations } };
    contractOf(stringify(whole), 'the guide', environment, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block!);

test('every YAML example is a valid contract or a valid part of a contract', () => {
  expect(blocks.length).toBeGreaterThan(8);
  expect(others.length).toBeGreaterThan(2);
  for (const block of [...blocks, ...others]) expect(() => read(block), block).not.toThrow();
});

test('the check of YAML examples rejects misspelt variables and operations', () => {
  const events = blocks.find((block) => block.includes('peerStatus'))!;
  expect(() => read(events.replaceAll('payload.on', 'payloud.on'))).toThrow(/did you mean "payload"/);
  expect(() => read('journey: { mix: { meeting.got: 1 } }')).toThrow(/did you mean "meeting.get"/);
});
