import type { MergedOperation } from '../../timings/merged-timings.ts';

/** The counts of an operation, and the failed part of them in percent; null without any. */
export function countsOf({ total, successful }: Pick<MergedOperation, 'total' | 'successful'>) {
  const failed = total - successful;
  return { total, successful, failed, errorRatePercent: total === 0 ? null : (failed / total) * 100 };
}
