import type { HistoryRecord } from '../../history/record.ts';
import { type AskedPhase, type Missing, missingText, verdictWithout } from '../evidence/asked.ts';

/** The record of a phase that did not come to all that it was asked for: it proves nothing of the rest. */
export function withoutMissing(record: HistoryRecord, phase: AskedPhase, missing: Missing): HistoryRecord {
  return {
    ...record,
    verdict: verdictWithout(record.verdict, missing),
    reasons: [...record.reasons, ...missingText(phase, missing)],
  };
}
