import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { readSettings, type Settings } from '../../../../src/config/read-settings.ts';
import type { Exemplar } from '../../../../src/crowd/exemplars.ts';
import { ExperimentRecord } from '../../../../src/experiments/experiment-record.ts';
import { Baselines } from '../../../../src/history/baselines.ts';
import { Past } from '../../../../src/history/past.ts';
import type { HistoryRecord } from '../../../../src/history/record.ts';
import { type RunFacts, runFacts } from '../../../../src/history/run-facts.ts';
import { History } from '../../../../src/history/store.ts';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { saveToHistory } from '../../../../src/reporters/save-to-history.ts';
import type { CrowdEvidence } from '../../../../src/results/evidence/crowd-evidence.ts';
import { keepExemplars } from '../../../../src/results/evidence/keep.ts';
import { readEvidence } from '../../../../src/results/evidence/read.ts';
import { exemplarFiles } from '../../../../src/results/exemplar-files.ts';
import { Collected } from '../../../../src/results/merge/collected.ts';
import { keepCollected } from '../../../../src/results/merge/keep-collected.ts';
import { mergedRecords } from '../../../../src/results/merge/merged-records.ts';
import { wholeCrowd } from '../../../../src/results/merge/whole-crowd.ts';
import { recordOfLoad } from '../../../../src/results/records/load.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { notedShards, type ShardNote, shardNote } from '../../../../src/run/shard-note.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { publish } from '../../../../src/views/publish.ts';
import { test as alerted } from '../../alerts/receiver.ts';
import { test as base } from '../../reporters/kept-run.ts';
import { calls, crowdOf } from './sharded.ts';

type Attachments = Parameters<Collected['add']>[0]['attachments'];

const json = (name: string, value: unknown): Attachments[number] => ({
  name,
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
});

const all = calls(600);
const slower = all.map((call) => ({ ...call, latencyMs: call.latencyMs * 2 + 50 }));
const ids = ['run-1', 'run-2', 'run-3'];

/** The tests of one shard: the tests of its slices, then its verdict. */
function testsOf({ reports, ...crowd }: CrowdEvidence, carried: Attachments = []): Attachments[] {
  return [
    ...reports.map((report, position) => [json('slice.json', report), ...(position === 0 ? carried : [])]),
    [json('crowd.json', { schema: 'fullhouse/crowd/2', ...crowd })],
  ];
}

function collected(...tests: readonly Attachments[]): Collected {
  const found = new Collected();
  for (const attachments of tests) found.add({ attachments: [...attachments] });
  return found;
}

const test = base.extend<{ settings: Settings }>({
  settings: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-merged-'));
    await use(
      readSettings({
        HISTORY_FOLDER: join(folder, 'history'),
        BASELINES_FOLDER: join(folder, 'baselines'),
        ALERT_WHEN: 'never',
      }),
    );
    rmSync(folder, { recursive: true });
  },
});

/** The steps of `npx fullhouse merge`, without its output. */
async function merge(
  found: Collected,
  runId: string,
  settings: Settings,
  shards: readonly ShardNote[] = [],
): Promise<HistoryRecord[]> {
  const crowds = await keepCollected(found, runId);
  return await mergedRecords(crowds, found, { past: await Past.read(settings), runId, shards });
}

const yesterday = (record: HistoryRecord): HistoryRecord => ({
  ...record,
  runId: 'yesterday',
  parts: ['a', 'b', 'c'],
  at: '2026-11-22T14:00:00.000Z',
});

/** The history record of a crowd of these shards. */
function recordOf(shards: readonly CrowdEvidence[]): HistoryRecord {
  const whole = wholeCrowd(shards, 'merged');
  return recordOfLoad(summarise(whole), whole);
}

test.describe('a merged run', () => {
  test('is saved as one run with the IDs of its shards', async ({ keptRun, settings }) => {
    const found = collected(...crowdOf(all, 6, 3).flatMap((shard) => testsOf(shard)));
    const records = await merge(found, keptRun.id, settings);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      runId: keptRun.id,
      parts: ids,
      kind: 'load',
      verdict: 'passed',
      settings: { workers: 6, shards: 3 },
      targets: [{ state: 'met' }, { state: 'met' }],
    });
    const total = Object.values(records[0]!.operations).flatMap(({ outcomes }) => Object.values(outcomes));
    expect(total.reduce((sum, count) => sum + count, 0)).toBe(all.length);
  });

  test('is compared with the baseline and earlier merged runs, also on its page', async ({
    keptRun,
    settings,
  }) => {
    const before = yesterday(recordOf(crowdOf(all, 6, 3)));
    await new History(settings.HISTORY_FOLDER).append(before);
    await new Baselines(settings.BASELINES_FOLDER).accept(before);
    const found = collected(...crowdOf(slower, 6, 3).flatMap((shard) => testsOf(shard)));
    const [record] = await merge(found, keptRun.id, settings);
    expect(record!.regressions.map(({ metric }) => metric)).toContain('meeting.get p50');
    const { crowds } = await publish(keptRun.id);
    expect(crowds[0]!.evidence.comparison).toMatchObject({
      baseline: { runId: 'yesterday' },
      earlier: [{ runId: 'yesterday' }],
      regressions: record!.regressions,
    });
    const page = readFileSync(join(keptRun.folder, 'index.html'), 'utf8');
    expect(page).toContain(record!.regressions[0]!.message.slice(0, 40));
  });

  test('is not compared with a run of one machine with the same number of workers', async ({
    keptRun,
    settings,
  }) => {
    const [one] = crowdOf(all, 6) as [CrowdEvidence];
    await new History(settings.HISTORY_FOLDER).append({
      ...recordOfLoad(summarise(one), one),
      runId: 'alone',
      at: '2026-11-22T14:00:00.000Z',
    });
    await merge(collected(...crowdOf(all, 6, 3).flatMap((s) => testsOf(s))), keptRun.id, settings);
    expect(readEvidence(keptRun.id).crowds[0]!.comparison).toMatchObject({ earlier: [] });
  });

  test('is not saved again if its only part is a complete run', async ({ keptRun, settings }) => {
    const [one] = crowdOf(all, 6) as [CrowdEvidence];
    await new History(settings.HISTORY_FOLDER).append(recordOfLoad(summarise(one), one));
    expect(await merge(collected(...testsOf(one)), keptRun.id, settings)).toEqual([]);
    // The run itself is not an earlier run.
    expect(readEvidence(keptRun.id).crowds[0]!.comparison).toMatchObject({ earlier: [] });
  });

  test('has its own machine fingerprint if its shards ran on different machines', async ({
    keptRun,
    settings,
  }) => {
    const [first, ...others] = crowdOf(all, 6, 3) as [CrowdEvidence, ...CrowdEvidence[]];
    const machine = { ...first.facts.machine, cpu: 'Another processor', cores: 7 };
    const facts = { ...first.facts, machine, commit: 'f'.repeat(40) };
    const found = collected(...[{ ...first, facts }, ...others].flatMap((shard) => testsOf(shard)));
    const [record] = await merge(found, keptRun.id, settings);
    const alike = recordOf(crowdOf(all, 6, 3)).machine;
    expect(record!.machine.fingerprint).not.toBe(alike.fingerprint);
    expect(record!.machine).toMatchObject({ cores: 7 + 2 * alike.cores });
    expect(record!.machine.cpu).toContain('Another processor');
    expect(record!.commit).toBeNull();
  });
});

test.describe('the exemplars of a merged run', () => {
  const exemplar = (ms: number | null, who: string, over: Partial<Exemplar> = {}): Exemplar => ({
    operation: ms === null ? 'failed' : 'page.join',
    outcome: ms === null ? 'http 503' : 'ok',
    ms,
    who,
    trace: `${ms === null ? 'failed' : 'page.join'}/${who}.zip`,
    screenshot: null,
    ...over,
  });
  const carried = (exemplars: readonly Exemplar[]): Attachments => [
    json('exemplars.json', exemplars),
    ...exemplarFiles(exemplars).map(({ name, file, contentType }) => ({
      name,
      contentType,
      body: Buffer.from(`content of ${file}`),
    })),
  ];

  test('are the slowest and the failed sessions of all shards, with their files', async ({
    keptRun,
    settings,
  }) => {
    const [one, two, three] = crowdOf(all, 6, 3) as [CrowdEvidence, CrowdEvidence, CrowdEvidence];
    const found = collected(
      ...testsOf(one, carried([exemplar(100, 'a'), exemplar(90, 'b'), exemplar(80, 'c')])),
      // One session explains two operations with one file.
      ...testsOf(
        two,
        carried([exemplar(20, 'd', { operation: 'page.lcp' }), exemplar(95, 'd'), exemplar(10, 'e')]),
      ),
      ...testsOf(
        three,
        carried([
          exemplar(5, 'f'),
          exemplar(null, 'g', { screenshot: 'failed/g.png' }),
          exemplar(null, 'h', { trace: null, screenshot: 'failed/h.png' }),
        ]),
      ),
    );
    await merge(found, keptRun.id, settings);
    const { crowds } = await publish(keptRun.id);
    const kept = crowds[0]!.evidence.exemplars!.map(({ ms, who }) => [ms, who]);
    expect(kept.sort()).toEqual(
      [
        [100, 'a'],
        [90, 'b'],
        [95, 'd'],
        [20, 'd'],
        [null, 'g'],
        [null, 'h'],
      ].sort(),
    );
    const files = [
      'failed/g.png',
      'failed/g.zip',
      'failed/h.png',
      ...['a', 'b', 'd'].map((who) => `page.join/${who}.zip`),
    ];
    const content = (name: string) => readFileSync(join(keptRun.folder, 'exemplars', name), 'utf8');
    expect(files.map(content)).toEqual(files.map((name) => `content of ${name}`));
    const index = JSON.parse(content('index.json')) as {
      totalBytes: number;
      files: { file: string; explains: object[] }[];
    };
    expect(index.files.map(({ file }) => file).sort()).toEqual(files);
    expect(index.totalBytes).toBe(files.map((name) => content(name).length).reduce((sum, one) => sum + one));
    expect(index.files.find(({ file }) => file === 'page.join/d.zip')).toEqual({
      file: 'page.join/d.zip',
      bytes: 'content of page.join/d.zip'.length,
      kind: 'trace',
      crowd: 'crowd',
      who: 'd',
      explains: expect.arrayContaining([
        { operation: 'page.join', why: 'one of the slowest', ms: 95, outcome: 'ok' },
        { operation: 'page.lcp', why: 'one of the slowest', ms: 20, outcome: 'ok' },
      ]),
    });
    // Allure has each file once, as a link.
    const results = join(keptRun.folder, 'allure-results');
    const linked = readdirSync(results).filter((name) => /\.(zip|png)$/.test(name));
    expect(linked).toHaveLength(files.length);
    expect(linked.map((name) => statSync(join(results, name)).nlink)).toEqual(files.map(() => 2));
    expect(existsSync(join(keptRun.folder, 'exemplars/page.join/c.zip'))).toBe(false);
    expect(readFileSync(join(keptRun.folder, 'index.html'), 'utf8')).toContain('exemplars/page.join/d.zip');
  });

  test('are kept without a missing file, and rejected if a path leaves the folder', async ({
    keptRun,
    settings,
  }) => {
    const [shard] = crowdOf(all, 2) as [CrowdEvidence];
    const [told] = carried([exemplar(100, 'a')]);
    await merge(collected(...testsOf(shard, [told!])), keptRun.id, settings);
    expect(readEvidence(keptRun.id).crowds[0]!.exemplars).toEqual([exemplar(100, 'a', { trace: null })]);
    // A damaged list names the folder, a file that is missing and an impossible name: the reports omit them.
    const damaged = ['', 'none.zip', `${'x'.repeat(5000)}`, 'a\0b'].map((trace) =>
      exemplar(1, 'z', { trace }),
    );
    await keepExemplars(keptRun.id, { crowd: 'crowd', slice: 1 }, damaged);
    expect((await publish(keptRun.id)).problems).toEqual([]);
    expect(existsSync(join(keptRun.folder, 'exemplars/index.json'))).toBe(false);
    const outside = carried([exemplar(100, 'a', { trace: '../../../evil.zip' })]);
    expect(() => collected(...testsOf(shard, outside))).toThrow(
      'The attachment "exemplars.json" of a blob report cannot be read',
    );
  });
});

const factsOf = (index: number, of: number, written: Record<string, string> = {}): RunFacts =>
  runFacts(readSettings({ MEETINGS_SERVICE_URL: 'http://127.0.0.1:3002', ...written }), {
    id: `run-${index}`,
    workers: 1,
    shard: { index, of },
  });

/** The test of one experiment. */
function experimentTest(name: string, facts: RunFacts, isFine = true): Attachments {
  const experiment = new ExperimentRecord({
    name,
    title: name,
    description: '',
    seed: 1,
    clock: systemClock,
  });
  experiment.find({
    check: 'holds',
    verdict: isFine ? 'passed' : 'failed',
    message: 'so it is',
    evidence: [],
  });
  const timings = new Timings(0);
  timings.operation('meeting.join').record('ok', 0, 5);
  return [
    json('journal.json', experiment.journal()),
    json('timings.json', timings.encode(10)),
    json('run.json', facts),
  ];
}

test.describe('the experiments of several shards', () => {
  test('are saved as one chaos record of the merged run', async ({ keptRun, settings }) => {
    const found = collected(
      experimentTest('storm', factsOf(1, 2)),
      experimentTest('drops', factsOf(2, 2), false),
    );
    const [record, ...others] = await merge(found, keptRun.id, settings);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      runId: keptRun.id,
      parts: ['run-1', 'run-2'],
      kind: 'chaos',
      service: 'http://127.0.0.1:3002',
      verdict: 'failed',
      checks: [{ scope: 'storm' }, { scope: 'drops', verdict: 'failed' }],
    });
    expect((await publish(keptRun.id)).experiments).toHaveLength(2);
  });

  test('fail if a shard is missing, but not if a shard had no experiment', async ({ keptRun, settings }) => {
    const note = (index: number) => shardNote({ id: `run-${index}`, shard: { index, of: 3 } });
    const found = () => collected(experimentTest('storm', factsOf(1, 3)));
    const noted = notedShards({ ...note(1), ...note(2), ...note(3), actualWorkers: 3, ci: { index: 'x' } });
    const [whole] = await merge(found(), keptRun.id, settings, noted);
    expect(whole!.verdict).toBe('passed');
    const [incomplete] = await merge(found(), keptRun.id, settings, noted.slice(0, 2));
    expect(incomplete).toMatchObject({
      verdict: 'failed',
      reasons: [{ kind: 'shard missing', message: 'shard 3 is missing: its blob report was not merged' }],
    });
    expect(shardNote({ id: 'alone', shard: { index: 1, of: 1 } })).toEqual({});
  });

  test('are not saved again if they come from a run without shards', async ({ keptRun, settings }) => {
    expect(await merge(collected(experimentTest('storm', factsOf(1, 1))), keptRun.id, settings)).toEqual([]);
  });

  test('are not merged if an experiment is present twice or settings differ', async ({
    keptRun,
    settings,
  }) => {
    const twice = collected(
      experimentTest('storm', factsOf(1, 2)),
      experimentTest('storm', factsOf(2, 2, { CHAOS_STORM_USERS: '7' })),
    );
    const refused = expect(merge(twice, keptRun.id, settings)).rejects;
    await refused.toThrow(
      'The experiment "storm" comes from run-1 and run-2. Remove all blob reports but one of them.',
    );
    await expect(merge(twice, keptRun.id, settings)).rejects.toThrow('CHAOS_STORM_USERS differs: 30 and 7');
    expect(existsSync(keptRun.folder)).toBe(false);
  });
});

alerted.describe('the history and the alerts of merged runs', () => {
  alerted(
    'keep one record and send no second alert for repeated merges of the same shards',
    async ({ receiver }) => {
      const folder = mkdtempSync(join(tmpdir(), 'fullhouse-merged-'));
      const settings = readSettings({
        HISTORY_FOLDER: join(folder, 'history'),
        ALERT_WEBHOOK_URL: `${receiver.origin}/hook`,
        ALERT_WHEN: 'always',
      });
      const history = new History(settings.HISTORY_FOLDER);
      const known = async () => (await history.read()).records.map(({ runId }) => runId);
      const merged = (runId: string, shards: readonly CrowdEvidence[]) =>
        saveToHistory([{ ...recordOf(shards), runId }], { runId, settings });
      const shards = crowdOf(all, 6, 3);
      try {
        await merged('two-of-three', shards.slice(0, 2));
        const lines = await merged('whole', shards);
        expect(lines.lines.join('\n')).toContain(
          'Saved to history: load, replaces two-of-three, merged of the same shards',
        );
        expect(await known()).toEqual(['whole']);
        expect(receiver.received).toHaveLength(2);

        await merged('again', shards);
        expect(await known()).toEqual(['again']);
        const fewer = await merged('fewer', shards.slice(1));
        expect(fewer.lines.join('\n')).toContain(
          'load not saved: the history has a run that was merged of more of these shards',
        );
        expect(await known()).toEqual(['again']);
        expect(receiver.received).toHaveLength(2);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
