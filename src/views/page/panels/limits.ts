import { inUnit } from '../../../kernel/figures.ts';
import type { Limit, Panel } from '../../../look/chart-data.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import type { OperationSeries, RecordedSeries } from '../../../results/summary/series-schema.ts';
import { ROOM_EVENTS } from '../../../timings/catalogue.ts';
import { totalOfService } from '../../../timings/merged-timings.ts';

type Judged = Summary['targets'][number];

/** The panel with the limits of the targets that are about what it shows. */
export function withLimits(panel: Panel, targets: readonly Judged[], series: RecordedSeries): Panel {
  const limits = targets.flatMap((target) => limitIn(panel, target, series) ?? []);
  return limits.length === 0 ? panel : { ...panel, limits };
}

/** Undefined for a target that is about something else. */
function limitIn(panel: Panel, judged: Judged, series: RecordedSeries): Limit | undefined {
  const { operation, each, statistic, unit, limit } = judged;
  const label = `${statistic} limit ${inUnit(limit, unit)}`;
  const of = each ? '*' : (operation ?? '');
  const isOwn = of === '' || of === '*' || panel.operations?.[of] !== undefined;
  switch (panel.id) {
    case 'latency':
      return unit === 'ms' && isOwn ? { label, value: limit, of } : undefined;
    case 'delivery':
      return unit === 'ms' && of === ROOM_EVENTS ? { label, value: limit, of: '' } : undefined;
    case 'requests':
      return statistic === 'throughput' && isOwn ? { label, value: limit, of } : undefined;
    case 'errors':
      // A rate of each operation has another curve for each of them.
      return isOwn && of !== '*' ? errorLimit(judged, series) : undefined;
    default:
      return undefined;
  }
}

/** The failed calls per second that the limit permits: a part of the calls of each window. */
function errorLimit(
  { operation, statistic, limit, unit }: Judged,
  { actions, operations, everyS }: RecordedSeries,
): Limit | undefined {
  const permitted = permittedPercent(statistic, limit);
  const recorded = operation === undefined ? actions : operations[operation];
  if (permitted === undefined || recorded === undefined) return undefined;
  const value = callsIn(recorded).map((calls) =>
    Number(((calls / everyS) * (permitted / 100)).toPrecision(4)),
  );
  return { label: `${statistic} limit ${inUnit(limit, unit)}`, value, of: operation ?? '' };
}

function permittedPercent(statistic: string, limit: number): number | undefined {
  if (statistic === 'error rate') return limit;
  return statistic === 'success rate' ? 100 - limit : undefined;
}

/** The calls of each window that the service could have answered. */
function callsIn({ outcomes, p50Ms }: OperationSeries): number[] {
  return p50Ms.map((_, point) =>
    totalOfService(
      Object.fromEntries(Object.entries(outcomes).map(([outcome, counts]) => [outcome, counts[point] ?? 0])),
    ),
  );
}
