import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvidence } from '../../../src/results/evidence/read.ts';
import type { ProgramName } from './programs.ts';

/** The time range of a run's evidence, in ms since the epoch. */
export interface Reach {
  /** The start of the crowd; undefined if it is not known. */
  readonly fromMs: number | undefined;
  /** The newest evidence; undefined without evidence. */
  readonly toMs: number | undefined;
}

/** For a load run, the end of its newest second; for other phases, the time of their newest file. */
export function reachOf(program: ProgramName, evidence: RunEvidence, folder: string): Reach {
  if (program === 'load') return reachOfCrowd(evidence);
  const kept = program === 'chaos' ? ['chaos', 'evidence'] : ['bench', 'evidence'];
  const written = kept.flatMap((name) => filesIn(join(folder, name))).map((path) => statSync(path).mtimeMs);
  return { fromMs: undefined, toMs: written.length === 0 ? undefined : Math.max(...written) };
}

export function reachOfCrowd({ crowds }: Pick<RunEvidence, 'crowds'>): Reach {
  const [crowd] = crowds;
  if (!crowd?.startedAt) return { fromMs: undefined, toMs: undefined };
  const fromMs = Date.parse(crowd.startedAt);
  const ends = crowd.reports.flatMap(({ timings }) => timings.windows.map(({ index }) => index + 1));
  return { fromMs, toMs: ends.length === 0 ? undefined : fromMs + Math.max(...ends) * 1000 };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // the phase has no evidence
  }
}
