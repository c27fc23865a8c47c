import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { loadSettings } from '../../config/environment.ts';
import { fileFailure } from '../../kernel/file-failure.ts';
import { lastLook } from '../../kernel/secrets.ts';
import { runFolder } from '../../run/run-folder.ts';
import { runsOfHistory } from './from-history.ts';
import { allRunsPage } from './page.ts';
import { MOST_RUNS, type ReadRuns, readRuns, stateOfRuns } from './read-runs.ts';

const runsFolder = dirname(runFolder('run'));

/** Another run may end while the page is made; then it is made again, but not for ever. */
const MOST_ATTEMPTS = 3;

export interface WrittenPage {
  /** A line for the console: the path of the page. */
  readonly line?: string;
  /** Why the page could not be written, in one line. */
  readonly failure?: string;
}

export interface Places {
  /** The folder of the runs; the page is written beside it. */
  readonly runs?: string;
  readonly history?: string;
}

/**
 * Makes `reports/index.html` again, from the entries of the runs and the history. Never throws: the results of a run stay
 * valid without it.
 */
export async function writeAllRuns({ runs = runsFolder, history }: Places = {}): Promise<WrittenPage> {
  const path = join(dirname(runs), 'index.html');
  try {
    const records = history ?? loadSettings().HISTORY_FOLDER;
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const state = stateOfRuns(runs);
      const page = await allRunsPage(await withHistory(await readRuns(runs), records));
      await writeWhole(path, lastLook(page));
      if (stateOfRuns(runs) === state) break;
    }
    return { line: `All runs ${relative(process.cwd(), path)}` };
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    return { failure: `The page of all runs was not written: ${reason}` };
  }
}

/** With the runs that only the history has. A history that cannot be read takes nothing from the page. */
async function withHistory(read: ReadRuns, folder: string): Promise<ReadRuns> {
  const readable = read.runs.flatMap(({ id, phases }) => (phases.length > 0 ? [id] : []));
  const known = new Set([...readable, ...read.older]);
  const found = await runsOfHistory(folder, known).catch(() => []);
  const inHistory = new Map(found.map((run) => [run.id, run]));
  const listed = read.runs.map(({ problem, ...run }) => {
    const { phases } = inHistory.get(run.id) ?? {};
    inHistory.delete(run.id);
    if (phases !== undefined) return { ...run, phases };
    return problem === undefined ? run : { ...run, problem };
  });
  const all = [...listed, ...inHistory.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
  const older = [...all.slice(MOST_RUNS).map(({ id }) => id), ...read.older];
  return { runs: all.slice(0, MOST_RUNS), older };
}

/** Writes the file completely or not at all. */
async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    // The cause of the failed write may also prevent the removal.
    await rm(part, { force: true }).catch(() => undefined);
    throw fileFailure('written', path, error);
  }
}
