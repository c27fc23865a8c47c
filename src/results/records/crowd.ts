import type { HistoryRecord } from '../../history/record.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import type { Summary } from '../summary/schema.ts';
import { recordOfCapacity } from './capacity.ts';
import { recordOfLoad, withoutOperations } from './load.ts';

/** The record of a crowd: of a load, or of a capacity search. Nothing is compared yet. */
export function recordOfCrowd(summary: Summary, crowd: CrowdEvidence): HistoryRecord {
  const { capacity } = summary;
  return capacity ? recordOfCapacity(summary, crowd, capacity) : recordOfLoad(summary, crowd);
}

/** The same without the latencies, which take most of the time and of the space. */
export function recordWithoutLatencies(summary: Summary, crowd: CrowdEvidence): HistoryRecord {
  const { capacity } = summary;
  return capacity ? recordOfCapacity(summary, crowd, capacity) : withoutOperations(summary, crowd);
}
