import type { Run } from '../../config/environment.ts';
import type { Settings } from '../../config/read-settings.ts';
import type { CrowdRecord } from '../../crowd/coordinator/messages.ts';
import { newRecord } from '../../history/new-record.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { MergedTimings } from '../../timings/merged-timings.ts';
import type { Summary } from '../summary/schema.ts';

/** What is remembered of one crowd. Nothing is compared yet. */
export function recordOfLoad(
  summary: Summary,
  crowd: CrowdRecord,
  { run, settings }: { run: Run; settings: Settings },
): HistoryRecord {
  const { operations } = new MergedTimings(crowd.reports.map(({ timings }) => timings));
  const { averageOfSeconds, perSecond, errorRatePercent } = summary.totals;
  const at = summary.run.startedAt === null ? new Date() : new Date(summary.run.startedAt);
  return {
    ...newRecord({ kind: 'load', name: summary.run.crowd, at, run, settings }),
    verdict: summary.verdict,
    reasons: summary.reasons,
    operations: Object.fromEntries(
      [...operations].map(([name, { outcomes, ok }]) => [
        name,
        { outcomes: outcomes as Record<string, number>, ...(ok.count > 0 ? { ok: ok.encode() } : {}) },
      ]),
    ),
    figures: {
      throughput: { value: averageOfSeconds ?? perSecond, unit: '/s', better: 'higher' },
      ...(errorRatePercent === null
        ? {}
        : { 'error rate': { value: errorRatePercent, unit: '%', better: 'lower' } }),
    },
    targets: summary.targets,
  };
}
