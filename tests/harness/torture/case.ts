import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as ReadEvidence from '../../../src/results/evidence/read.ts';
import type { Summary } from '../../../src/results/summary/schema.ts';
import { isBusy } from '../runs/honest.ts';
import { describeEnd, faultsOf, lostMs, type Observed } from './judge.ts';
import type { Lane } from './lane.ts';
import { startedAndLeft } from './leftovers.ts';
import type { Case } from './plan.ts';
import { healthyRun, remakeArguments } from './programs.ts';
import { type Reach, reachOf } from './reach.ts';
import { type Ended, runToEnd, torture } from './tortured-run.ts';

export interface CaseResult {
  readonly case: Case;
  readonly faults: readonly string[];
  readonly isTooLate: boolean;
  /** The end of the run, in words. */
  readonly end: string;
  readonly lostMs: number | undefined;
  readonly isNextBusy: boolean;
  /** The folder with the output of a failed case. */
  readonly keptIn: string | undefined;
}

interface CaseSurroundings {
  /** The folder for the output of failed cases. */
  readonly folder: string;
  /** The time limit of a run, of a report and of the next run. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * One case: the run, the kill, the leftovers, the report, the next run. The output of a failed case is kept in the folder.
 * Returns undefined if the torture ended during the case.
 */
export async function runCase(
  lane: Lane,
  one: Case,
  { folder, limitMs, signal }: CaseSurroundings,
): Promise<CaseResult | undefined> {
  const kept = join(folder, `case-${one.number}`);
  mkdirSync(kept, { recursive: true });
  const limits = (name: string) => ({ limitMs, outputPath: join(kept, `${name}.txt`), signal });
  lane.forgetRuns();

  const run = await torture(lane, one, limits('run'));
  const links = new Set([run.pid, ...run.seen].map((pid) => pid.toString(36)));
  const left = await startedAndLeft(lane, links, signal);
  // Leftovers must not disturb the next steps.
  lane.clear();
  const folders = lane.leftFolders();

  const id = lane.runIds().find((name) => name !== lane.keptRun);
  const reach = id === undefined ? undefined : await reachOfRun(lane, one, id);
  const report = id === undefined ? undefined : await remake(lane, id, limits('report'));
  const next = await runNext(lane, limits('next'));
  if (signal.aborted) {
    rmSync(kept, { recursive: true, force: true });
    return undefined;
  }
  const observed: Observed = {
    run,
    left,
    folders,
    foldersAfterNext: lane.leftFolders(),
    reach,
    report,
    next,
  };
  const faults = faultsOf(one, observed);
  if (faults.length === 0) rmSync(kept, { recursive: true, force: true });
  else keep(lane, id, kept, { case: one, faults, ...observed });
  // The same leftovers are not counted twice.
  lane.clear();
  lane.clearFolders();
  return {
    case: one,
    faults,
    isTooLate: run.killedAtMs === undefined,
    end: describeEnd(run),
    lostMs: lostMs(one, observed),
    isNextBusy: next.isBusy,
    keptIn: faults.length === 0 ? undefined : kept,
  };
}

/** Runs the healthy run. Also returns whether it was inconclusive because of a busy machine. */
export async function runNext(
  lane: Lane,
  limits: Parameters<typeof runToEnd>[2],
): Promise<Ended & { readonly isBusy: boolean; readonly id: string | undefined }> {
  const before = new Set(lane.runIds());
  const ended = await runToEnd(lane, healthyRun, limits);
  const id = lane.runIds().find((name) => !before.has(name));
  const summary = id === undefined ? undefined : summaryOf(lane, id);
  return { ...ended, id, isBusy: summary?.verdict === 'inconclusive' && isBusy(summary) };
}

/** Merges and reports start no run, so they have no phases with evidence. */
async function reachOfRun(lane: Lane, { program }: Case, id: string): Promise<Reach | undefined> {
  if (!['load', 'chaos', 'bench'].includes(program)) return undefined;
  const { readEvidence } = await lane.import<typeof ReadEvidence>('src/results/evidence/read.ts');
  return reachOf(program, readEvidence(id), join(lane.runs, id));
}

async function remake(
  lane: Lane,
  id: string,
  limits: Parameters<typeof runToEnd>[2],
): Promise<NonNullable<Observed['report']>> {
  rmSync(join(lane.runs, id, 'summary.json'), { force: true });
  const ended = await runToEnd(lane, { arguments: remakeArguments(id), settings: {} }, limits);
  const summary = summaryOf(lane, id);
  return { ...ended, verdicts: summary ? [summary.verdict] : [] };
}

function summaryOf(lane: Lane, id: string): Summary | undefined {
  const path = join(lane.runs, id, 'summary.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Summary) : undefined;
}

function keep(lane: Lane, id: string | undefined, kept: string, what: object): void {
  writeFileSync(join(kept, 'case.json'), JSON.stringify(what, null, 2));
  if (id !== undefined && existsSync(join(lane.runs, id)))
    cpSync(join(lane.runs, id), join(kept, id), { recursive: true });
}
