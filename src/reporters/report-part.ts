import type { MergedTimings } from '../timings/merged-timings.ts';
import type { CrowdEvidence } from './evidence/crowd-evidence.ts';
import type { RunEvidence } from './evidence/read.ts';
import type { Summary } from './summary/schema.ts';

/** One crowd with all that reports say of it; merged and summarised once for all of them. */
export interface CrowdReport {
  /** Its place within the folder of the run: empty for the first crowd, else a name with a slash. */
  readonly folder: string;
  readonly evidence: CrowdEvidence;
  readonly timings: MergedTimings;
  readonly summary: Summary;
}

/** What every report of a run is made from. */
export interface RunReport extends Omit<RunEvidence, 'crowds' | 'damaged'> {
  readonly crowds: readonly CrowdReport[];
}

/** Writes one file of the run whole or not at all; `name` is relative to its folder. */
export type WriteReport = (name: string, content: string | Iterable<string>) => Promise<void>;

/** One kind of report. When it throws, that is told in one line and the others are written all the same. */
export interface ReportPart {
  readonly name: string;
  /** `files`: paths of what the parts before wrote, by their names within the folder of the run. */
  write(report: RunReport, write: WriteReport, files: ReadonlyMap<string, string>): Promise<void>;
}
