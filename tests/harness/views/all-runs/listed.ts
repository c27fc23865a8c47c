import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MergedTimings } from '../../../../src/timings/merged-timings.ts';
import { curvesOf, curvesScript } from '../../../../src/views/all-runs/curves/of-run.ts';
import type { Entry, EntryPhase } from '../../../../src/views/all-runs/entry/schema.ts';
import type { RunReport } from '../../../../src/views/report-part.ts';
import { type Calls, circumstances, record, report, summaryOf } from '../../results/summary/crowd-records.ts';

/** The id of the run that began this number of minutes after noon. */
export const idOf = (minute: number) => `20261201-12${String(minute).padStart(2, '0')}00-abcd`;

/** A report of a run with one crowd. */
export function reportOf(
  minute: number,
  {
    calls = [{}],
    targets,
    name = 'crowd',
    settings,
  }: { calls?: readonly Calls[]; targets?: string; name?: string; settings?: object } = {},
): RunReport {
  const startedAt = new Date(Date.UTC(2026, 11, 1, 12, minute)).toISOString();
  const crowd = record([report(1, calls), report(2, calls)], { name, startedAt });
  const around = circumstances(targets, settings);
  const evidence = { ...crowd, ...around, facts: { ...around.facts, runId: idOf(minute) } };
  const timings = new MergedTimings(crowd.reports.map((one) => one.timings));
  return {
    runId: idOf(minute),
    crowds: [{ folder: '', evidence, timings, summary: summaryOf(crowd, targets, settings) }],
    answers: [],
    experiments: [],
    benchmarks: [],
    facts: evidence.facts,
  };
}

/** Writes what a run leaves for the page of all runs; `change` damages its phases or gives it others. */
export async function keepRun(
  runs: string,
  report: RunReport,
  change: (phases: EntryPhase[]) => EntryPhase[] = (phases) => phases,
): Promise<Entry> {
  const curves = curvesOf(report);
  const entry = { ...curves.entry, phases: change(curves.entry.phases) };
  const folder = join(runs, report.runId);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'entry.json'), JSON.stringify(entry));
  await writeFile(join(folder, 'curves.js'), curvesScript({ ...curves, entry }));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>A run</title>');
  return entry;
}
