import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvidence } from '../../../src/results/evidence/read.ts';
import type { ProgramName } from './programs.ts';

/** How far the evidence of a run reaches, in ms since the epoch. */
export interface Reach {
  /** When the crowd began; undefined where that is not known. */
  readonly fromMs: number | undefined;
  /** The newest of it; undefined where nothing is there. */
  readonly toMs: number | undefined;
}

/** Of a load, the end of its newest second; of other phases, when the newest file of their evidence was written. */
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
    return []; // the phase left nothing
  }
}
