import type { Past } from '../../history/past.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { recordOfLoad } from '../records/load.ts';
import type { Summary } from '../summary/schema.ts';
import { comparisonOf } from './comparison.ts';
import type { CrowdEvidence } from './crowd-evidence.ts';
import { keepComparison } from './keep.ts';

/** Compares a crowd with the past and keeps that for the reports; answers what is remembered of it, and with what it was compared. */
export async function compareCrowd(
  crowd: CrowdEvidence,
  summary: Summary,
  past: Past,
): Promise<{ record: HistoryRecord; with: string }> {
  const record = recordOfLoad(summary, crowd);
  const compared = await past.compare(record);
  await keepComparison(crowd.facts.runId, crowd.name, comparisonOf(record, compared));
  return { record: { ...record, regressions: [...compared.regressions] }, with: compared.with };
}
