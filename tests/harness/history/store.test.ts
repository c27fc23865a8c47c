import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { History } from '../../../src/history/store.ts';
import { emptyFolder, operationOf, recordOf } from './records.ts';

const run = promisify(execFile);

test('the history reads records oldest first, in whatever order they were added', async () => {
  const history = new History(emptyFolder());
  const records = [3, 1, 2].map((n) =>
    recordOf(n, { operations: { 'meeting.get': operationOf([1, 2, n]) } }),
  );
  for (const record of records) await history.append(record);
  const { records: read, damaged } = await history.read();
  expect(damaged).toEqual([]);
  expect(read).toEqual([records[1], records[2], records[0]]);
  expect(readdirSync(history.folder).sort()[0]).toBe(
    '20261101T010000000Z-20261101-010000-0001-bench-endpoints.json',
  );
});

test('the history reads a missing folder as empty', async () => {
  const history = new History(join(emptyFolder(), 'none'));
  expect(await history.read()).toEqual({ records: [], damaged: [] });
});

test('the history keeps one file per phase, and replaces a record that is added again', async () => {
  const history = new History(emptyFolder());
  for (const kind of ['load', 'chaos', 'bench', 'bench'] as const)
    await history.append(recordOf(1, { kind }));
  expect((await history.read()).records.map(({ kind }) => kind).sort()).toEqual(['bench', 'chaos', 'load']);
});

test('the history writes no file outside its folder', async () => {
  const history = new History(join(emptyFolder(), 'history'));
  const path = await history.append(recordOf(1, { name: '../../etc/passwd', runId: '../x' }));
  expect(readdirSync(history.folder).map((file) => join(history.folder, file))).toEqual([path]);
});

test('the history loses no record when two processes write at once', async () => {
  const history = new History(emptyFolder());
  const script = `
    import { History } from '${join(process.cwd(), 'src/history/store.ts')}';
    import { recordOf } from '${join(process.cwd(), 'tests/harness/history/records.ts')}';
    const history = new History(process.argv.at(-2));
    await Promise.all(Array.from({ length: 50 }, (_, n) =>
      history.append(recordOf(n, { runId: process.argv.at(-1) + '-' + n }))));`;
  const file = join(emptyFolder(), 'append.mts');
  writeFileSync(file, script);
  await Promise.all(
    ['one', 'two'].map((name) => run(process.execPath, ['--import', 'tsx', file, history.folder, name])),
  );
  const { records, damaged } = await history.read();
  expect(damaged).toEqual([]);
  expect(new Set(records.map(({ runId }) => runId)).size).toBe(100);
  expect(readdirSync(history.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test.describe('damaged history files', () => {
  const good = recordOf(1);
  const whole = JSON.stringify(good);
  const withLatencies = (wrong: object) =>
    JSON.stringify({
      ...good,
      operations: { get: { outcomes: { ok: 1 }, ok: { ...operationOf([1]).ok, ...wrong } } },
    });
  const cases: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['half.json', whole.slice(0, whole.length / 2), /^it is not JSON/],
    ['empty.json', '', /^it is not JSON/],
    ['noise.json', Buffer.from([0, 255, 254, 1, 2, 3]), /^it is not JSON/],
    [
      'newer.json',
      whole.replace('record/2', 'record/3'),
      /^it has version "fullhouse\/record\/3", but this fullhouse reads "fullhouse\/record\/2"$/,
    ],
    ['older.json', whole.replace('record/2', 'record/0'), /^it has version "fullhouse\/record\/0"/],
    ['foreign.json', '{"a":1}', /^it is not a record: schema: /],
    ['list.json', '[]', /^it is not a record: whole file: /],
    [
      'wrong.json',
      JSON.stringify({ ...good, machine: { ...good.machine, cores: 'two' } }),
      /^it is not a record: machine\.cores: /,
    ],
    ['latency.json', withLatencies({ hdr: 'AAAA' }), /^the latencies of get cannot be decoded \(Encoding/],
    [
      'short.json',
      withLatencies({ hdr: operationOf([1]).ok!.hdr.slice(0, 12) }),
      /^the latencies of get cannot be/,
    ],
    [
      'count.json',
      withLatencies({ count: 5 }),
      /^the latencies of get cannot be decoded \(a histogram of 5 latencies holds 1\)$/,
    ],
  ];
  for (const [file, content, reason] of cases) {
    test(`names the damaged file ${file}, and reads the other records`, async () => {
      const history = new History(emptyFolder());
      writeFileSync(join(history.folder, file), content);
      await history.append(recordOf(2));
      const { records, damaged } = await history.read();
      expect(records).toEqual([recordOf(2)]);
      expect(damaged).toEqual([{ file, reason: expect.stringMatching(reason) }]);
    });
  }

  test('names a folder that has the name of a record', async () => {
    const history = new History(emptyFolder());
    mkdirSync(join(history.folder, 'folder.json'));
    await history.append(recordOf(2));
    const { records, damaged } = await history.read();
    expect(records).toHaveLength(1);
    expect(damaged).toEqual([{ file: 'folder.json', reason: expect.stringContaining('EISDIR') }]);
  });

  test('names an old half-written file, and ignores other files', async () => {
    const history = new History(emptyFolder());
    const [young, old] = ['a.json.1.part', 'b.json.2.part'].map((name) => join(history.folder, name));
    for (const path of [young!, old!, join(history.folder, 'README.md')]) writeFileSync(path, '{');
    utimesSync(old!, new Date(0), new Date(0));
    expect(await history.read()).toEqual({
      records: [],
      damaged: [{ file: 'b.json.2.part', reason: 'it is incomplete: its write did not finish' }],
    });
  });
});

test('the history refuses an invalid record before it is written', async () => {
  const history = new History(emptyFolder());
  await expect(history.append({ ...recordOf(1), verdict: 'fine' as 'passed' })).rejects.toThrow(/verdict/);
  expect(readdirSync(history.folder)).toEqual([]);
});

test('the history writes a record as JSON', async () => {
  const history = new History(emptyFolder());
  const path = await history.append(recordOf(1));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(recordOf(1));
});
