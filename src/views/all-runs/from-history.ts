import { History } from '../../history/store.ts';
import { phaseOfRecord } from './entry/of-record.ts';
import type { EntryPhase } from './entry/schema.ts';
import type { ListedRun } from './read-runs.ts';

/** Records have whole histograms, so only the newest ones without a folder are read. */
const MOST_RECORDS = 100;

/** A run id, as the name of its file in the history contains it. */
const RUN_ID = /^\d{8}T\d{9}Z-(\d{8}-\d{6}-[0-9a-f]{4})-/;

/**
 * The runs of the history that are not among the known ones: their folders were deleted, or other machines ran them.
 * Records that cannot be read are left out, as `npx fullhouse history` reports.
 */
export async function runsOfHistory(folder: string, known: ReadonlySet<string>): Promise<ListedRun[]> {
  const isUnknown = (file: string) => !known.has(RUN_ID.exec(file)?.[1] ?? '');
  const { records } = await new History(folder).read({ isWanted: isUnknown, most: MOST_RECORDS });
  const runs = new Map<string, EntryPhase[]>();
  for (const record of records.filter(({ runId }) => !known.has(runId)))
    runs.set(record.runId, [...(runs.get(record.runId) ?? []), phaseOfRecord(record)]);
  return [...runs].map(([id, phases]) => ({ id, phases, hasPage: false, hasCurves: false }));
}
