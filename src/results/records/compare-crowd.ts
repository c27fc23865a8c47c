import { type Comparison, type Past, reasonsAgainst } from '../../history/past.ts';
import type { Reason } from '../../history/reason.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { type FileFailure, onlyFileFailure } from '../../kernel/file-failure.ts';
import { type ComparisonEvidence, comparisonOf } from '../evidence/comparison.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { keepComparison } from '../evidence/keep.ts';
import type { Summary } from '../summary/schema.ts';
import { summarise } from '../summary/summarise.ts';
import { recordOfCrowd } from './crowd.ts';

export interface ComparedCrowd {
  /** The record for the history. */
  readonly record: HistoryRecord;
  /** The evidence for the reports. */
  readonly comparison: ComparisonEvidence;
  /** The run or series of the comparison, in words. */
  readonly with: string;
  /** Why the crowd is not proven to be as fast as before; empty when it is, or when there is no past. */
  readonly against: readonly Reason[];
  /** Why the evidence for the reports could not be saved. */
  readonly failure?: FileFailure;
}

/** Compares a crowd with the past, and saves the comparison for the reports. */
export async function compareCrowd(
  crowd: CrowdEvidence,
  summary: Summary,
  past: Past,
): Promise<ComparedCrowd> {
  const record = recordOfCrowd(summary, crowd);
  const compared = await past.compare(record);
  const comparison = comparisonOf(record, compared);
  const against = reasonsAgainst(compared);
  // The reasons of the comparison may change the verdict.
  const { answer } = against.length > 0 ? summarise({ ...crowd, comparison }) : summary;
  const kept = keepComparison(crowd.facts.runId, crowd.name, comparison);
  const failure = await kept.then(() => undefined, onlyFileFailure);
  return {
    ...(failure ? { failure } : {}),
    comparison,
    record: {
      ...record,
      ...withoutComparison(record, compared),
      answer: answer.sentence,
      regressions: [...compared.regressions],
      compared: compared.compared,
    },
    with: compared.with,
    against,
  };
}

/** A run whose only problem is the comparison has not passed. */
function withoutComparison(
  { verdict, reasons }: HistoryRecord,
  { notCompared }: Comparison,
): Pick<HistoryRecord, 'verdict' | 'reasons'> {
  if (notCompared === null || verdict !== 'passed') return { verdict, reasons };
  return { verdict: 'inconclusive', reasons: [...reasons, { kind: 'not compared', message: notCompared }] };
}
