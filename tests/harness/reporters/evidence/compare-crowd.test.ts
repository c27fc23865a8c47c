import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { readSettings } from '../../../../src/config/read-settings.ts';
import { Baselines } from '../../../../src/history/baselines.ts';
import { Past } from '../../../../src/history/past.ts';
import type { HistoryRecord } from '../../../../src/history/record.ts';
import { compareCrowd } from '../../../../src/reporters/evidence/compare-crowd.ts';
import type { CrowdEvidence } from '../../../../src/reporters/evidence/crowd-evidence.ts';
import { recordOfLoad } from '../../../../src/reporters/records/load.ts';
import { summarise } from '../../../../src/reporters/summary/summarise.ts';
import { health } from '../../crowd/share-reports.ts';
import { emptyFolder } from '../../history/records.ts';
import { test } from '../kept-run.ts';
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

test('a crowd without a past passes, and one like its baseline does', async ({ keptRun }) => {
  const { crowd, before } = crowdAndPast(keptRun.id);
  const { baselines, compare } = past();
  const first = await compare(crowd);
  expect(first).toMatchObject({ against: [], record: { verdict: 'passed' } });
  expect(first.with).toContain('npm run baseline accepts a run as one');
  await baselines.accept(before);
  const again = await compare(crowd);
  expect(again).toMatchObject({ against: [], record: { verdict: 'passed', reasons: [] } });
  expect(again.with).toBe('Compared with the baseline of 2026-11-20 (before).');
});

test('a crowd whose baseline cannot be read has not passed', async ({ keptRun }) => {
  const { crowd, before } = crowdAndPast(keptRun.id);
  const { baselines, compare } = past();
  writeFileSync(await baselines.accept(before), '<<<<<<< HEAD');
  const { record, against, with: text } = await compare(crowd);
  expect(against).toEqual([expect.stringContaining('Not compared with the baseline: load-')]);
  expect(record).toMatchObject({ verdict: 'inconclusive', reasons: against });
  expect(text).toBe(against[0]);
});

test('a crowd whose generator was overloaded is inconclusive, and not said to be as fast as before', async ({
  keptRun,
}) => {
  const { crowd, before } = crowdAndPast(keptRun.id);
  const { baselines, compare } = past();
  await baselines.accept(before);
  const reports = crowd.reports.map((report) => ({ ...report, health: health({ cpuPeak: 1.4 }) }));
  const { record, against } = await compare({ ...crowd, reports });
  expect(record.verdict).toBe('inconclusive');
  expect(record.reasons[0]).toContain('the generator: ');
  expect(against).toEqual([
    'Not compared with the baseline of 2026-11-20 (before): this run is inconclusive.',
  ]);
});
