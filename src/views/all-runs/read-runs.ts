import { readdirSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entry, entrySchema } from './entry/schema.ts';

/** The page lists the newest runs; with more, its file would be slow to open. */
export const MOST_RUNS = 500;

export interface ListedRun {
  readonly id: string;
  readonly phases: Entry['phases'];
  /** Why there are no phases. */
  readonly problem?: string;
  /** Whether the folder of the run has its page and its curves. */
  readonly hasPage: boolean;
  readonly hasCurves: boolean;
}

export interface ReadRuns {
  /** The newest first. */
  readonly runs: readonly ListedRun[];
  /** The ids of older runs, which were not read. */
  readonly older: readonly string[];
}

/** The newest runs in a folder such as `reports/runs`. Only their entries are read, which are small. */
export async function readRuns(folder: string, mostRuns = MOST_RUNS): Promise<ReadRuns> {
  const ids = idsIn(folder);
  const runs = await Promise.all(ids.slice(0, mostRuns).map((id) => readRun(folder, id)));
  return { runs, older: ids.slice(mostRuns) };
}

/** Differs as soon as another run has its results, or a run was deleted. */
export function stateOfRuns(folder: string, mostRuns = MOST_RUNS): string {
  const ids = idsIn(folder).slice(0, mostRuns);
  return ids.map((id) => `${id} ${entryTime(join(folder, id, 'entry.json'))}`).join();
}

/** The newest first: ids begin with the time of the run. */
function idsIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
      .reverse();
  } catch {
    return []; // no run has been made yet
  }
}

function entryTime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function readRun(folder: string, id: string): Promise<ListedRun> {
  const files = new Set(await readdir(join(folder, id)).catch(() => []));
  const found = { id, hasPage: files.has('index.html'), hasCurves: files.has('curves.js') };
  const without = (problem: string) => ({ ...found, hasCurves: false, phases: [], problem });
  if (!files.has('entry.json'))
    return without(
      `No results: it is active, ended before its first result, or is of an earlier version. ${remedy(id)}`,
    );
  try {
    const { phases } = entrySchema.parse(JSON.parse(await readFile(join(folder, id, 'entry.json'), 'utf8')));
    return { ...found, phases };
  } catch {
    return without(`Its file entry.json cannot be read. ${remedy(id)}`);
  }
}

function remedy(id: string): string {
  return `Make its reports with npx fullhouse report ${id}`;
}
