import type { MergedTimings } from '../../timings/merged-timings.ts';
import { type CrowdEvidence, sliceFile } from '../evidence/crowd-evidence.ts';
import type { Summary } from './schema.ts';
import { mergedTimings, summarise } from './summarise.ts';

/** One crowd with its summary, merged and summarised once for all reports. */
export interface CrowdReport {
  /** Its place within the folder of the run: empty for the first crowd, else a name with a slash. */
  readonly folder: string;
  readonly evidence: CrowdEvidence;
  readonly timings: MergedTimings;
  readonly summary: Summary;
}

type Summarised = Omit<CrowdReport, 'folder'>;

/**
 * The summary of a crowd, or of its readable slices if the latencies of others cannot be decoded. That shows only
 * now: they are decoded once, and there are many.
 * @returns the summary, and the files that are left out, with the reason
 */
export function summariseReadable(crowd: CrowdEvidence): Summarised & { readonly damaged: string[] } {
  try {
    return { ...summarised(crowd), damaged: [] };
  } catch (error) {
    const unreadable = new Map(
      crowd.reports.flatMap((report) => {
        const reason = whyNot(() => summarised({ ...crowd, reports: [report] }));
        return reason === undefined ? [] : [[report, reason] as const];
      }),
    );
    const reports = crowd.reports.filter((report) => !unreadable.has(report));
    if (unreadable.size === 0) throw error;
    const damaged = [...unreadable].map(
      ([{ slice }, reason]) => `${sliceFile(crowd.name, slice)}: its latencies cannot be decoded (${reason})`,
    );
    return { ...summarised({ ...crowd, reports }), damaged };
  }
}

function summarised(evidence: CrowdEvidence): Summarised {
  const timings = mergedTimings(evidence);
  return { evidence, timings, summary: summarise(evidence, timings) };
}

function whyNot(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
