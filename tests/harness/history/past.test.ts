import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { Baselines } from '../../../src/history/baselines.ts';
import { Past, reasonsAgainst } from '../../../src/history/past.ts';
import { reasonText } from '../../../src/history/reason.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { History } from '../../../src/history/store.ts';
import { emptyFolder, latencies, operationOf, recordOf } from './records.ts';

/** Run `n`, of one operation around 3 ms; `slower` is added to it. */
const run = (n: number, over: Partial<HistoryRecord> = {}, slower = 0) => {
  const ms = latencies(3, 100, n).map((one) => one + slower);
  return recordOf(n, { operations: { 'meeting.get': operationOf(ms) }, ...over });
};

/** An empty past on disk. */
function onDisk() {
  const folder = emptyFolder();
  const [HISTORY_FOLDER, BASELINES_FOLDER] = [join(folder, 'history'), join(folder, 'baselines')];
  return {
    history: new History(HISTORY_FOLDER),
    baselines: new Baselines(BASELINES_FOLDER),
    compare: async (record: HistoryRecord) =>
      (await Past.read(readSettings({ HISTORY_FOLDER, BASELINES_FOLDER }))).compare(record),
  };
}

test('a first run is not compared, and the text says how to accept a baseline', async () => {
  const found = await onDisk().compare(run(1));
  expect(found).toMatchObject({ regressions: [], earlier: [], notCompared: null });
  expect(found.with).toBe('No baseline yet. Accept a run with `npx fullhouse baseline`.');
  expect(reasonsAgainst(found)).toEqual([]);
});

test('a run is compared with its baseline, and the text names it', async () => {
  const { baselines, compare } = onDisk();
  await baselines.accept(run(1));
  const found = await compare(run(2));
  expect(found).toMatchObject({ regressions: [], notCompared: null });
  expect(found.with).toBe(`Compared with the baseline of 2026-11-01 (${run(1).runId}).`);
  const slower = await compare(run(2, {}, 20));
  expect(slower.regressions.map(({ metric }) => metric)).toEqual(['meeting.get p50', 'meeting.get p95']);
  expect(reasonsAgainst(slower).map(reasonText)).toEqual(slower.regressions.map(({ message }) => message));
});

for (const [what, text] of [
  ['merge conflict', '<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n'],
  ['another version', '{ "schema": "fullhouse/record/9" }'],
  ['empty file', ''],
] as const) {
  test(`an unreadable baseline is reported as not compared (${what})`, async () => {
    const { baselines, compare } = onDisk();
    const path = await baselines.accept(run(1));
    writeFileSync(path, text);
    const found = await compare(run(2, {}, 20));
    expect(found.regressions).toEqual([]);
    expect(found.notCompared).toContain(
      `Not compared with the baseline: ${basename(path)} cannot be read (it `,
    );
    expect(found.notCompared).toMatch(
      /Restore the file, or delete it and accept a run with `npx fullhouse baseline`\.$/,
    );
    expect(found.with).toBe(found.notCompared);
    expect(reasonsAgainst(found)).toEqual([{ kind: 'not compared', message: found.notCompared }]);
  });
}

test('an unreadable baseline of other settings does not affect a run', async () => {
  const { baselines, compare } = onDisk();
  const other = await baselines.accept(run(1, { settings: { ITERATIONS: 50 } }));
  writeFileSync(other, '{');
  writeFileSync(join(baselines.folder, 'notes.json'), '{');
  expect(await compare(run(2))).toMatchObject({ notCompared: null });
  await baselines.accept(run(1));
  expect(await compare(run(2))).toMatchObject({ notCompared: null, baseline: { runId: run(1).runId } });
});

test('unreadable history files do not hide the others', async () => {
  const { history, compare } = onDisk();
  mkdirSync(history.folder, { recursive: true });
  writeFileSync(join(history.folder, '20261101-x.json'), '{');
  await history.append(run(1));
  const found = await compare(run(2));
  expect(found).toMatchObject({ notCompared: null, earlier: [{ runId: run(1).runId }] });
  expect(found.with).toMatch(
    /Accept a run with `npx fullhouse baseline`\. 1 file of the history cannot be read \(20261101-x\.json: it is not JSON .*\), so this run is not compared with those runs\. Restore or delete the files that `npx fullhouse history` lists\.$/,
  );
});

test('a history with only unreadable files is reported as not compared', async () => {
  const { history, baselines, compare } = onDisk();
  await history.append(run(1));
  const path = await history.append(run(2));
  for (const file of readdirSync(history.folder)) writeFileSync(join(history.folder, file), '{');
  const found = await compare(run(3));
  expect(found.notCompared).toMatch(
    /^2 files of the history cannot be read .* no earlier runs to compare with\./,
  );
  expect(reasonsAgainst(found)).toEqual([{ kind: 'not compared', message: found.notCompared }]);
  expect(found.isTooCoarse).toBe(false);
  // The comparison with the baseline still counts.
  await baselines.accept(run(1));
  expect((await compare(run(3, {}, 20))).regressions).toHaveLength(2);
  // A run that was killed while it wrote its file is not part of the history.
  for (const file of readdirSync(history.folder)) rmSync(join(history.folder, file));
  writeFileSync(`${path}.1.part`, '{');
  utimesSync(`${path}.1.part`, 0, 0);
  expect(await compare(run(3))).toMatchObject({ notCompared: null });
});

test('an uncertain slowdown is reported as not compared', async () => {
  const { baselines, compare } = onDisk();
  await baselines.accept(run(1));
  const late = (widthMs: number) => {
    const record = run(2, {}, 20);
    record.operations['meeting.get']!.earliest = operationOf(
      latencies(3, 100, 2).map((one) => one + 20 - widthMs),
    ).ok!;
    return record;
  };
  const found = await compare(late(19));
  expect(found).toMatchObject({ regressions: [], isTooCoarse: true });
  expect(found.notCompared).toMatch(
    /^Cannot tell whether meeting\.get p50 became slower: .* Cannot tell whether meeting\.get p95/,
  );
  expect(reasonsAgainst(found)).toEqual([{ kind: 'not compared', message: found.notCompared }]);
  expect(found.with).toBe(`Compared with the baseline of 2026-11-01 (${run(1).runId}).`);
  const certain = await compare(late(2));
  expect(certain).toMatchObject({ notCompared: null, isTooCoarse: false });
  expect(certain.regressions.map(({ metric }) => metric)).toEqual(['meeting.get p50', 'meeting.get p95']);
});

test.describe('an inconclusive load run', () => {
  const load = (n: number, over: Partial<HistoryRecord> = {}) => run(n, { kind: 'load', ...over }, 0);
  const inconclusive = (n: number) => load(n, { verdict: 'inconclusive' });

  test('is not compared with its baseline, and reports that', async () => {
    const { baselines, compare } = onDisk();
    await baselines.accept(load(1));
    const found = await compare(inconclusive(2));
    expect(found.notCompared).toBe(
      `Not compared with the baseline of 2026-11-01 (${run(1).runId}): this run is inconclusive.`,
    );
    expect(found.with).toBe(found.notCompared);
  });

  test('is not compared with a long series, and reports that', async () => {
    const { history, compare } = onDisk();
    for (let n = 0; n < 9; n++) await history.append(load(n));
    // No comparison is missed: a change needs three runs, after eight similar ones.
    expect((await compare(inconclusive(20))).notCompared).toBeNull();
    await history.append(load(9));
    expect((await compare(inconclusive(20))).notCompared).toBe(
      'Not compared with the 10 runs before: this run is inconclusive.',
    );
    expect((await compare(load(20))).notCompared).toBeNull();
  });

  test('misses no comparison without earlier runs', async () => {
    expect((await onDisk().compare(inconclusive(2))).notCompared).toBeNull();
  });
});

test('a folder that cannot be listed is reported as not compared', async () => {
  const folder = emptyFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const [wrong, other] of [
    ['HISTORY_FOLDER', 'BASELINES_FOLDER'],
    ['BASELINES_FOLDER', 'HISTORY_FOLDER'],
  ] as const) {
    const past = await Past.read(readSettings({ [wrong]: file, [other]: join(folder, 'none') }));
    const { notCompared } = await past.compare(run(1));
    expect(notCompared).toBe(
      `Not compared with earlier runs: The folder "${file}" cannot be read: it is a file, not a folder. Set ${wrong} to a folder that this user can list.`,
    );
  }
});
