import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { readSettings } from '../../../../src/config/read-settings.ts';
import { Baselines } from '../../../../src/history/baselines.ts';
import { Past } from '../../../../src/history/past.ts';
import { reasonText } from '../../../../src/history/reason.ts';
import type { HistoryRecord } from '../../../../src/history/record.ts';
import type { CrowdEvidence } from '../../../../src/results/evidence/crowd-evidence.ts';
import { compareCrowd } from '../../../../src/results/records/compare-crowd.ts';
import { recordOfLoad } from '../../../../src/results/records/load.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { health } from '../../crowd/slice-reports.ts';
import { emptyFolder, operationOf } from '../../history/records.ts';
import { test } from '../../reporters/kept-run.ts';
import { calls, crowdOf } from '../merge/sharded.ts';

/** A crowd of the kept run, and yesterday's record of the same. */
function crowdAndPast(runId: string): { crowd: CrowdEvidence; before: HistoryRecord } {
  const [one] = crowdOf(calls(600), 2) as [CrowdEvidence];
  const crowd = { ...one, facts: { ...one.facts, runId } };
  const before = {
    ...recordOfLoad(summarise(crowd), crowd),
    runId: 'before',
    at: '2026-11-20T14:00:00.000Z',
  };
  return { crowd, before };
}

function past() {
  const folder = emptyFolder();
  const settings = readSettings({
    HISTORY_FOLDER: join(folder, 'history'),
    BASELINES_FOLDER: join(folder, 'baselines'),
  });
  return {
    baselines: new Baselines(settings.BASELINES_FOLDER),
    compare: async (crowd: CrowdEvidence) => compareCrowd(crowd, summarise(crowd), await Past.read(settings)),
  };
}

test('passes a crowd without a baseline and a crowd that equals its baseline', async ({ keptRun }) => {
  const { crowd, before } = crowdAndPast(keptRun.id);
  const { baselines, compare } = past();
  const first = await compare(crowd);
  expect(first).toMatchObject({ against: [], record: { verdict: 'passed' } });
  expect(first.with).toContain('Accept a run with `npx fullhouse baseline`');
  await baselines.accept(before);
  const again = await compare(crowd);
  expect(again).toMatchObject({ against: [], record: { verdict: 'passed', reasons: [] } });
  expect(again.with).toBe('Compared with the baseline of 2026-11-20 (before).');
});

test('makes a crowd inconclusive if its baseline cannot be read', async ({ keptRun }) => {
  const { crowd, before } = crowdAndPast(keptRun.id);
  const { baselines, compare } = past();
  writeFileSync(await baselines.accept(before), '<<<<<<< HEAD');
  const { record, against, with: text } = await compare(crowd);
  expect(against).toEqual([
    {
      kind: 'not compared',
      message: expect.stringContaining('Not compared with the baseline: load-'),
    },
  ]);
  expect(record).toMatchObject({ verdict: 'inconclusive', reasons: against });
  expect(text).toBe(against[0]!.message);
});

test('does not compare a crowd whose slices started too far apart', async ({ keptRun }) => {
  const { crowd, before } = crowdAndPast(keptRun.id);
  const { baselines, compare } = past();
  await baselines.accept(before);
  const reports = crowd.reports.map((report) => ({ ...report, health: health({ startSkewMs: 400 }) }));
  const { record, against } = await compare({ ...crowd, reports });
  expect(record.verdict).toBe('inconclusive');
  expect(record.reasons[0]).toMatchObject({ kind: 'load generator', subject: 'start skew' });
  expect(against.map(reasonText)).toEqual([
    'Not compared with the baseline of 2026-11-20 (before): this run is inconclusive.',
  ]);
});

test('reports a regression only if both ends of the latency bracket are slower', async ({ keptRun }) => {
  const { crowd, before } = crowdAndPast(keptRun.id);
  const { baselines, compare } = past();
  const operations = Object.fromEntries(
    Object.entries(before.operations).map(([name, { outcomes }]) => [
      name,
      { ...operationOf(Array.from({ length: outcomes.ok! }, (_, index) => 0.5 + index / 500)), outcomes },
    ]),
  );
  await baselines.accept({ ...before, operations });
  const { record, comparison, against } = await compare(crowd);
  expect(record.verdict).toBe('passed');
  expect(record.regressions.length).toBeGreaterThan(0);
  // The same latencies, of which the generator may cause all but a millisecond.
  const reports = crowd.reports.map((report) => ({
    ...report,
    timings: {
      ...report.timings,
      operations: Object.fromEntries(
        Object.entries(report.timings.operations).map(([name, one]) => [
          name,
          { ...one, earliest: operationOf(Array.from({ length: one.ok!.count }, () => 0.9)).ok! },
        ]),
      ),
    },
  }));
  const late = await compare({ ...crowd, reports });
  expect(late.record).toMatchObject({ verdict: 'inconclusive', regressions: [] });
  expect(late.against[0]!.message).toMatch(/^Cannot tell whether /);
  expect(against[0]!.kind).toBe('regression');
  const [shown] = late.comparison.metrics.filter(({ unit }) => unit === 'ms');
  expect(shown!.earliest).toBeCloseTo(0.9, 1);
  expect(comparison.metrics.find(({ name }) => name === shown!.name)!.earliest).toBeGreaterThan(1);
});
