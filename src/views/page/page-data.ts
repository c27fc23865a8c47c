import type { CrowdEvidence } from '../../results/evidence/crowd-evidence.ts';
import type { Summary } from '../../results/summary/schema.ts';
import type { RunReport } from '../report-part.ts';

/** The part of a crowd's report that the page shows. */
export interface ShownCrowd {
  readonly summary: Summary;
  readonly evidence: Pick<CrowdEvidence, 'comparison' | 'exemplars'>;
}

/** The content of the page of one run. A part without data has no section. */
export interface PageData extends Omit<RunReport, 'crowds'> {
  readonly crowds: readonly ShownCrowd[];
  /** Paths of files next to the page, which it links to; folders end with a slash. */
  readonly files?: readonly string[];
}
