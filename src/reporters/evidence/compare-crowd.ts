import { type Comparison, type Past, reasonsAgainst } from '../../history/past.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { type FileFailure, onlyFileFailure } from '../../kernel/file-failure.ts';
import { recordOfLoad } from '../records/load.ts';
import type { Summary } from '../summary/schema.ts';
import { type ComparisonEvidence, comparisonOf } from './comparison.ts';
import type { CrowdEvidence } from './crowd-evidence.ts';
import { keepComparison } from './keep.ts';

export interface ComparedCrowd {
  /** What is saved to the history. */
  readonly record: HistoryRecord;
  /** What is kept for the reports. */
  readonly comparison: ComparisonEvidence;
  /** What it was compared with, in words. */
  readonly with: string;
  /** Why it cannot be said to be as fast as before; nothing when it is, or when there is no past. */
  readonly against: readonly string[];
  /** Why it could not be kept for the reports. */
  readonly failure?: FileFailure;
}

/** Compares a crowd with the past, and keeps that for the reports. */
export async function compareCrowd(
  crowd: CrowdEvidence,
  summary: Summary,
  past: Past,
): Promise<ComparedCrowd> {
  const record = recordOfLoad(summary, crowd);
  const compared = await past.compare(record);
  const comparison = comparisonOf(record, compared);
  const kept = keepComparison(crowd.facts.runId, crowd.name, comparison);
  const failure = await kept.then(() => undefined, onlyFileFailure);
  return {
    ...(failure ? { failure } : {}),
    comparison,
    record: {
      ...record,
      ...withoutComparison(record, compared),
      regressions: [...compared.regressions],
      compared: compared.compared,
    },
    with: compared.with,
    against: reasonsAgainst(compared),
  };
}

/** A run that passed but for the comparison has not passed. */
function withoutComparison(
  { verdict, reasons }: HistoryRecord,
  { notCompared }: Comparison,
): Pick<HistoryRecord, 'verdict' | 'reasons'> {
  if (notCompared === null || verdict !== 'passed') return { verdict, reasons };
  return { verdict: 'inconclusive', reasons: [...reasons, notCompared] };
}
