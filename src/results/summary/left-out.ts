import type { Judgement } from '../../targets/judgement.ts';
import type { Target } from '../../targets/target.ts';
import type { MergedTimings } from '../../timings/merged-timings.ts';
import type { Summary } from './schema.ts';

/** Whether a target counts only if it was measured, and was not, or with too few samples. */
export function isLeftOut(
  { ifMeasured, operation }: Target,
  { state, value }: Judgement,
  { operations }: Pick<MergedTimings, 'operations'>,
): boolean {
  const isMeasured = value !== null || (operations.get(operation!)?.total ?? 0) > 0;
  const isUnsure = state === 'inconclusive' && value === null;
  return ifMeasured === true && (isUnsure || !isMeasured);
}

export function unjudged({ target, note = '' }: Judgement): Summary['notJudged'][number] {
  return { target, unavailableReason: note };
}
