import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { experimentName, experimentOf, specName, whyNot } from '../../../src/experiments/catalogue.ts';
import { packageFolder } from '../../../src/kernel/folders.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { foreignServices } from '../foreign/services.ts';

const ours = (file: string) => join(packageFolder, 'tests/chaos', file);

test('only a spec of fullhouse is one of its experiments, not a file of the same name', () => {
  const title = '3 pages, 30 % of their HTTP requests';
  const known = experimentOf(ours('browser-loss.spec.ts'), title);
  expect(known).toMatchObject({ file: 'browser-loss', needs: ['a web page'] });
  // The package has compiled files.
  expect(experimentOf(ours('browser-loss.spec.js'), title)).toBe(known);
  expect(experimentOf('/home/team/tests/chaos/browser-loss.spec.ts', title)).toBeUndefined();
  expect(experimentOf(ours('service-restart.spec.ts'), 'another title')).toBeUndefined();
  expect(experimentOf(ours('mine.spec.ts'), title)).toBeUndefined();
});

test('the name of a spec has no ending', () => {
  const files = [
    'a/packet-loss.spec.ts',
    'b/packet-loss.spec.js.ts',
    'packet-loss.spec.js',
    'packet-loss.test.mts',
    'packet-loss.cjs',
  ];
  expect(new Set(files.map(specName))).toEqual(new Set(['packet-loss']));
});

test('the rate-limit experiment needs a contract with a join limit of at most 200', () => {
  const experiment = experimentOf(ours('high-concurrency-join.spec.ts'), 'one of 20 users asks too often')!;
  const path = foreignServices['rest-v2'].contract;
  const written = readFileSync(path, 'utf8');
  const env = { SERVICE_URL: 'https://localhost:1', JWT_KEY_FILE: 'key.pem' };
  const why = (limits: string) =>
    whyNot(experiment, contractOf(written.replace(/^limits: .*$/m, limits), path, env), {});
  expect(why('limits: { meeting.join: 30/60s }')).toBeUndefined();
  expect(why('limits: { meeting.join: 201/60s }')).toBe(
    'the contract allows a user 201 calls of meeting.join, but the experiment makes at most 200',
  );
  expect(why('limits: { meeting.list: 40/60s }')).toBe('the contract has no limit for meeting.join');
});

test('names each experiment for its files, without dots, and different from the others of its spec', () => {
  const title = '20 connections, 2 drops each, of every kind';
  const name = 'websocket-drops-20-connections-2-drops-each-of-every-kind';
  // The package names its specs twice over.
  for (const ending of ['ts', 'js', 'js.ts'])
    expect(experimentName(ours(`websocket-drops.spec.${ending}`), title, 'ab12')).toBe(name);
  const mine = (one: string, id: string) => experimentName('/team/tests/chaos/my.flow.spec.ts', one, id);
  expect(mine('A user: leaves?', 'ab12')).toBe('my-flow-a-user-leaves');
  expect(mine('ユーザー', 'ab12')).not.toBe(mine('会議', 'cd34'));
  const long = 'a'.repeat(60);
  expect(mine(`${long} b`, 'ab12')).not.toBe(mine(`${long} c`, 'cd34'));
});
