import { describe } from '../../crowd/schedules/index.ts';
import { OVERALL_ERROR_RATE, OVERALL_THROUGHPUT } from '../../history/metrics.ts';
import { newRecord } from '../../history/new-record.ts';
import { type HistoryRecord, operationRecord } from '../../history/record.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import type { Summary } from '../summary/schema.ts';
import { mergedTimings } from '../summary/summarise.ts';

/** The record of one crowd, of one machine or of several. Nothing is compared yet. */
export function recordOfLoad(summary: Summary, crowd: CrowdEvidence): HistoryRecord {
  const { operations } = mergedTimings(crowd);
  return {
    ...withoutOperations(summary, crowd),
    operations: Object.fromEntries(
      [...operations].map(([name, { outcomes, ok, earliest }]) => [
        name,
        operationRecord({ outcomes, ok: ok.encode(), earliest: earliest.encode() }),
      ]),
    ),
  };
}

/** The same without the latencies, which take most of the time and of the space. */
export function withoutOperations(summary: Summary, crowd: CrowdEvidence): HistoryRecord {
  const { facts, schedule, expected, mergedFrom } = crowd;
  const { perSecond, errorRatePercent } = summary.totals;
  const at = summary.run.startedAt === null ? new Date() : new Date(summary.run.startedAt);
  return {
    ...newRecord({
      kind: 'load',
      name: summary.run.crowd,
      at,
      facts,
      conditions: {
        schedule: describe(schedule),
        workers: expected.length,
        // A crowd of several machines is not comparable with one machine that has the same number of workers.
        ...(mergedFrom && mergedFrom.of > 1 ? { shards: mergedFrom.of } : {}),
      },
      ...(mergedFrom ? { parts: mergedFrom.parts.map(({ runId }) => runId) } : {}),
    }),
    verdict: summary.verdict,
    answer: summary.answer.sentence,
    reasons: summary.reasons,
    figures: {
      [OVERALL_THROUGHPUT]: { value: perSecond, unit: '/s', better: 'higher' },
      ...(errorRatePercent === null
        ? {}
        : { [OVERALL_ERROR_RATE]: { value: errorRatePercent, unit: '%', better: 'lower' } }),
    },
    targets: summary.targets,
  };
}
