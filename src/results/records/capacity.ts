import { levelUnit } from '../../capacity/axis.ts';
import type { Capacity } from '../../capacity/evidence.ts';
import { CAPACITY } from '../../history/metrics.ts';
import { newRecord } from '../../history/new-record.ts';
import type { HistoryRecord } from '../../history/record.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { SOME_LEVEL_HOLDS } from '../summary/capacity-verdict.ts';
import type { Summary } from '../summary/schema.ts';

/**
 * The record of a capacity search. It has no operations: their latencies are those of levels that break by design, and
 * each search tries other levels.
 */
export function recordOfCapacity(
  { run, verdict, answer, reasons, targets }: Summary,
  { facts, expected }: CrowdEvidence,
  capacity: Capacity,
): HistoryRecord {
  const at = run.startedAt === null ? new Date() : new Date(run.startedAt);
  return {
    ...newRecord({
      kind: 'capacity',
      name: run.crowd,
      at,
      facts,
      conditions: { limits: capacity.limits.join('; '), workers: expected.length },
    }),
    verdict,
    answer: answer.sentence,
    reasons,
    figures: figuresOf(capacity),
    targets,
    checks: checksOf(capacity, run.crowd),
  };
}

/** A capacity that is only known to be larger (`at least 430 users`) is no point of a trend. */
function figuresOf({ answer, axis, withinPercent }: Capacity): HistoryRecord['figures'] {
  if (answer?.endedBy !== 'found' || answer.holds === null) return {};
  const unit = levelUnit(axis);
  return { [CAPACITY]: { value: answer.holds, unit, better: 'higher', withinPercent } };
}

function checksOf({ answer }: Capacity, scope: string): HistoryRecord['checks'] {
  if (answer === null) return [];
  const { holds, endedBy, sentence: message } = answer;
  const isNone = endedBy === 'nothing holds';
  if (holds === null && !isNone) return [];
  return [{ scope, check: SOME_LEVEL_HOLDS, verdict: isNone ? 'failed' : 'passed', message }];
}
