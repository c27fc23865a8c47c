import { expect, test } from '@playwright/test';
import { mergedTimings, summarise } from '../../../../src/results/summary/summarise.ts';
import { curvesOf } from '../../../../src/views/all-runs/curves/of-run.ts';
import { entryOf } from '../../../../src/views/all-runs/entry/of-run.ts';
import { allRunsPage } from '../../../../src/views/all-runs/page.ts';
import type { ListedRun } from '../../../../src/views/all-runs/read-runs.ts';
import { trendsOf } from '../../../../src/views/all-runs/trends.ts';
import type { RunReport } from '../../../../src/views/report-part.ts';
import { atLeast, found } from '../../results/searched.ts';
import { searchedCrowd } from '../../results/searched-run.ts';
import { soakReport } from '../../results/soaked.ts';
import { circumstances } from '../../results/summary/crowd-records.ts';

const nothing = { answers: [], experiments: [], benchmarks: [], crowds: [] };

function searchOf(runId: string, over: Parameters<typeof searchedCrowd>[0]): RunReport {
  const evidence = searchedCrowd(over);
  const summary = summarise(evidence);
  const crowd = { folder: '', evidence, timings: mergedTimings(evidence), summary };
  return { ...nothing, runId, crowds: [crowd], facts: evidence.facts };
}

function soakOf(runId: string): RunReport {
  return { ...nothing, runId, soak: soakReport(), facts: circumstances('').facts };
}

const listed = (report: RunReport): ListedRun => ({
  id: report.runId,
  phases: entryOf(report).phases,
  hasPage: true,
  hasCurves: true,
});

/** The newest first: three answers, and a lower bound that is no point. */
const searches = [
  searchOf('4', { atLeast: 400, answer: { ...found, holds: 390, breaks: 408 } }),
  searchOf('3', { answer: atLeast }),
  searchOf('2', { atLeast: 400 }),
  searchOf('1', {}),
].map(listed);

test('the trend of the capacity has the answers and the required capacity, and no lower bound', () => {
  const [series, ...others] = trendsOf(searches);
  expect(others).toEqual([]);
  expect(series).toMatchObject({ kind: 'capacity', name: 'crowd' });
  expect(series!.trends.map(({ name, unit }) => [name, unit])).toEqual([['capacity', 'users']]);
  expect(series!.trends[0]!.points).toEqual([
    { value: 430 },
    { value: 430, target: expect.objectContaining({ limit: 400, state: 'met' }) },
    null,
    { value: 390, target: expect.objectContaining({ limit: 400, state: 'missed' }) },
  ]);
});

test('the comparison of two runs has the levels of a search, and the metrics of a soak', () => {
  const [search] = curvesOf(searchOf('1', {})).phases;
  expect(search).toMatchObject({ kind: 'capacity', operations: {}, users: null });
  expect(search!.checks).toContainEqual(['430 users', 'holds']);
  const [soak] = curvesOf(soakOf('2')).phases;
  expect(soak).toMatchObject({ kind: 'soak', operations: { 'meeting.join': { count: 240, failed: 0 } } });
  expect(soak!.checks[0]).toEqual(['timers', 'grows']);
});

test('the page lists searches and soaks with their names and answers, as text', async () => {
  const page = await allRunsPage({ runs: [listed(soakOf('5')), ...searches], older: [] });
  expect(page).toContain('430 users hold, 452 do not (95% confidence)');
  expect(page).toContain('timers did not return to rest');
  expect(page).toContain('<small>meeting-sessions</small>');
  expect(page).toContain('<option>capacity</option>');
  expect(page).not.toContain('<img');
});
