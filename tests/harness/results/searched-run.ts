import type { Capacity } from '../../../src/capacity/evidence.ts';
import type { CrowdEvidence } from '../../../src/results/evidence/crowd-evidence.ts';
import { searched } from './searched.ts';
import { circumstances, record, report } from './summary/crowd-records.ts';

/** The evidence of a crowd that searched for as long as its levels lasted. */
export function searchedCrowd(over: Partial<Capacity> = {}, settings: object = {}): CrowdEvidence {
  const capacity = searched(over);
  const elapsedMs = (capacity.levels.at(-1)?.endedAtMs ?? 8000) + 2000;
  const calls = [
    { count: Math.floor(elapsedMs / 100) - 2 },
    { name: 'meeting.join', latencyMs: 45, count: 60 },
  ];
  const reports = [1, 2].map((slice) => report(slice, calls, { elapsedMs }));
  return { ...record(reports), ...circumstances('', settings), capacity };
}
