import { newRecord } from '../../history/new-record.ts';
import type { Reason } from '../../history/reason.ts';
import { type HistoryRecord, operationRecord } from '../../history/record.ts';
import type { RunFacts } from '../../history/run-facts.ts';
import type { MetricVerdict, Round } from '../../soak/evidence.ts';
import { timingsOf } from '../summary/soak-rounds.ts';
import type { SoakSummary } from '../summary/soak-schema.ts';

/** What was judged about a metric: the check of a record, the same in each run. */
const checks: Readonly<Record<MetricVerdict['by'], string>> = {
  rest: 'returns to rest',
  floor: 'does not grow',
  drift: 'does not drift',
};

const verdicts = {
  flat: 'passed',
  grows: 'failed',
  unsettled: 'inconclusive',
  'too short': 'inconclusive',
} as const;

/** The record of a soak: a check for each metric, and its operations over all rounds. */
export function recordOfSoak(
  { run, verdict, answer, reasons, schedule, targets, metrics }: SoakSummary,
  rounds: readonly Round[],
  facts: RunFacts,
): HistoryRecord {
  const { operations } = timingsOf(rounds);
  return {
    ...newRecord({
      kind: 'soak',
      name: run.name,
      at: run.startedAt === null ? new Date() : new Date(run.startedAt),
      facts,
      conditions: { schedule },
    }),
    verdict,
    answer: answer.sentence,
    reasons: reasons.map((reason) => scoped(reason, metrics)),
    operations: Object.fromEntries(
      [...operations].map(([name, { outcomes, ok, earliest }]) => [
        name,
        operationRecord({ outcomes, ok: ok.encode(), earliest: earliest.encode() }),
      ]),
    ),
    figures: Object.fromEntries(metrics.flatMap(growthOf)),
    targets,
    checks: metrics.map(({ metric, by, verdict: found, message }) => ({
      scope: metric,
      check: checks[by],
      verdict: verdicts[found],
      message,
    })),
  };
}

/** The reason of a metric names the check of the record. */
function scoped(reason: Reason, metrics: readonly MetricVerdict[]): Reason {
  const judged = metrics.find(({ metric }) => metric === reason.subject);
  const isOfMetric = reason.kind === 'check failed' || reason.kind === 'check inconclusive';
  return judged && isOfMetric ? { ...reason, scope: judged.metric, subject: checks[judged.by] } : reason;
}

/** The growth per hour; only of metrics that grow, because the slope of others is noise. */
function growthOf({
  label,
  verdict,
  perHour,
  kind,
  unit,
}: MetricVerdict): [string, HistoryRecord['figures'][string]][] {
  if (verdict !== 'grows' || perHour === null) return [];
  const isMemory = kind === 'memory';
  const value = isMemory ? perHour.value / 2 ** 20 : perHour.value;
  return [[`${label} growth`, { value, unit: isMemory ? 'MiB/h' : `${unit}/h`, better: 'lower' }]];
}
