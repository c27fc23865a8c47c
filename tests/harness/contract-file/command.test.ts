import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { main } from '../../../src/commands/fullhouse.ts';
import { contractJsonSchema } from '../../../src/meetings/contract/load.ts';
import { inProcess } from '../kernel/run-command.ts';
import { har } from './har-file.ts';
import { contractCommand, document, example, files, folder } from './written.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

test('npx fullhouse runs the command of this checkout, offline and from a subfolder', async () => {
  const cache = folder();
  const { stdout } = await run('npx', ['fullhouse', 'contract', '--help'], {
    cwd: join(root, 'docs'),
    env: { ...process.env, npm_config_cache: cache, npm_config_offline: 'true' },
  });
  expect(stdout).toContain('Usage: npx fullhouse contract COMMAND');
  rmSync(cache, { recursive: true, force: true });
});

test('exits with 1 and prints a mistake to standard error', async () => {
  const failed = await run(process.execPath, [join(root, 'bin/fullhouse.mjs'), 'contract', 'from-hat']).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({
    code: 1,
    stdout: '',
    stderr: '`npx fullhouse contract` does not know "from-hat". Did you mean "from-har"?\n',
  });
});

test.describe('usage', () => {
  for (const words of [
    ['--help'],
    ['-h'],
    ['contract', '--help'],
    ['contract', 'schema', '--help'],
    ['contract', 'from-openapi', '-h'],
    ['contract', 'from-har', '--help'],
  ])
    test(`prints the usage for \`fullhouse ${words.join(' ')}\``, async () => {
      const { code, out, err } = await inProcess(main, words);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage:\s+npx fullhouse /);
      expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    });

  test('lists every command in the usage', async () => {
    const { out } = await inProcess(main, ['contract', '--help']);
    for (const name of ['check', 'from-openapi', 'from-har', 'schema']) {
      expect(out).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
      expect((await inProcess(main, ['contract', name, '--help'])).out).toContain(
        `npx fullhouse contract ${name}`,
      );
    }
  });
});

test.describe('invalid arguments', () => {
  const cases: [string[], string][] = [
    [[], 'Usage: npx fullhouse COMMAND'],
    [['contract'], 'Usage: npx fullhouse contract COMMAND'],
    [['contracts'], '`npx fullhouse` does not know "contracts". Did you mean "contract"?'],
    [
      ['contract', 'from-opnapi'],
      '`npx fullhouse contract` does not know "from-opnapi". Did you mean "from-openapi"?',
    ],
    [
      ['contract', 'xyz'],
      '`npx fullhouse contract` does not know "xyz". Use one of: check, from-openapi, record, from-har, schema.',
    ],
    [['contract', 'from-openapi', '--ouf', 'x'], 'does not know "--ouf". Did you mean "--out"?'],
    [['contract', 'from-openapi', 'a.yaml', '--out'], '--out needs a value.'],
    [['contract', 'schema', 'x'], 'Unexpected argument "x".'],
  ];
  for (const [words, message] of cases)
    test(`rejects \`${['fullhouse', ...words].join(' ')}\``, async () => {
      const { code, out, err } = await inProcess(main, words);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(message);
    });
});

test.describe('contract check with a file that is not a contract', () => {
  const cases: [string, string, RegExp | undefined][] = [
    [
      'api.yaml',
      'openapi: 3.0.3\npaths: {}\n',
      /api\.yaml" is an OpenAPI document.* from-openapi \S+api\.yaml /,
    ],
    ['api.json', '{"swagger":"2.0"}', /api\.json" is an OpenAPI document/],
    ['anna.har', har(), /anna\.har" is a HAR recording, not a contract\..* from-har /],
    ['other.yaml', 'log: { level: info }\n', undefined],
    ['broken.yaml', 'openapi: [\n', undefined],
  ];
  for (const [name, text, message] of cases)
    test(`refuses ${name} ${message ? 'and names the command for it' : 'as an invalid contract'}`, async () => {
      const { code, out, err } = await contractCommand('check', ...files({ [name]: text }));
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(message ?? /^The contract "\S+" is not valid\./);
      expect(/ is not valid/.test(err)).toBe(message === undefined);
    });
});

test.describe('the JSON schema of a contract', () => {
  const documented = () => JSON.parse(readFileSync(join(root, 'docs/contract.schema.json'), 'utf8'));

  test('prints the JSON schema that docs/contract.schema.json holds', async () => {
    const { code, out } = await contractCommand('schema');
    expect(code).toBe(0);
    const expected = JSON.parse(JSON.stringify(contractJsonSchema()));
    expect(JSON.parse(out)).toEqual(expected);
    expect(documented(), 'run `npx fullhouse contract schema > docs/contract.schema.json`').toEqual(expected);
  });

  test('accepts valid contracts and rejects invalid contracts', async () => {
    const schema = z.fromJSONSchema(documented());
    for (const name of ['rest-v2', 'cookie-acks', 'all-sockets']) {
      const contract = example(name);
      expect(schema.safeParse(contract).error, name).toBeUndefined();
      expect(schema.safeParse({ ...contract, operation: {} }).success).toBe(false);
      expect(schema.safeParse({ ...contract, contract: 'fullhouse/2' }).success).toBe(false);
      expect(schema.safeParse({ ...contract, service: undefined }).success).toBe(false);
    }
  });
});

test('prints only the contract to standard output', async () => {
  const { out, err } = await contractCommand('from-openapi', document('rooms.yaml'));
  expect(out).toMatch(/^# Written from rooms.yaml\./);
  expect(out).not.toContain('Next:');
  expect(err).toMatch(/^Operations found: /);
});
