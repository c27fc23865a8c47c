import type { RunEvidence } from '../results/evidence/read.ts';
import type { CrowdReport } from '../results/summary/summarise-readable.ts';

/** What every report of a run is made from. */
export interface RunReport extends Omit<RunEvidence, 'crowds' | 'damaged'> {
  readonly crowds: readonly CrowdReport[];
}

/** Writes one file of the run whole or not at all; `name` is relative to its folder. */
export type WriteReport = (name: string, content: string | Iterable<string>) => Promise<void>;

/** One kind of report. When it throws, one line says so, and the other reports are written. */
export interface ReportPart {
  readonly name: string;
  /** `files`: paths of what the parts before wrote, by their names within the folder of the run. */
  write(report: RunReport, write: WriteReport, files: ReadonlyMap<string, string>): Promise<void>;
}
