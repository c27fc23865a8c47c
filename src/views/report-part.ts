import type { RunEvidence, SoakEvidence } from '../results/evidence/read.ts';
import type { SoakSummary } from '../results/summary/soak-schema.ts';
import type { CrowdReport } from '../results/summary/summarise-readable.ts';

/** A soak with its summary, made once for all reports. */
export interface SoakReport {
  readonly evidence: SoakEvidence;
  readonly summary: SoakSummary;
}

/** What every report of a run is made from. */
export interface RunReport extends Omit<RunEvidence, 'crowds' | 'soak' | 'damaged'> {
  readonly crowds: readonly CrowdReport[];
  /** Undefined unless the run is a soak. */
  readonly soak?: SoakReport | undefined;
}

/** Writes one file of the run completely or not at all; `name` is relative to the folder of the run. */
export type WriteReport = (name: string, content: string | Iterable<string>) => Promise<void>;

/** One kind of report. If it throws, one line reports the failure, and the other reports are written. */
export interface ReportPart {
  readonly name: string;
  /** `files`: paths of the files of earlier parts, by their names within the folder of the run. */
  write(report: RunReport, write: WriteReport, files: ReadonlyMap<string, string>): Promise<void>;
}
