import type { ServerSideFigures } from '../../meetings/server-metrics.ts';
import { isAction, ROOM_EVENTS } from '../../timings/catalogue.ts';
import { type MergedOperation, type MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import { summariseLatency } from './latency.ts';
import type { Summary } from './schema.ts';

/** Every recorded operation, with the figures that the service reports about the same calls. */
export function operationsOf(
  { operations }: MergedTimings,
  server: Readonly<Record<string, ServerSideFigures>> = {},
): Summary['operations'] {
  return Object.fromEntries(
    [...operations]
      // A row without any room event is a finding.
      .filter(([name, operation]) => name === ROOM_EVENTS || totalOf(operation.outcomes) > 0)
      .map(([name, operation]) => [
        name,
        { ...summariseOperation(name, operation), server: serverOf(server[name]) },
      ]),
  );
}

function serverOf(figures: ServerSideFigures | undefined): Summary['operations'][string]['server'] {
  if (!figures) return null;
  const { count, avgMs, p95 } = figures;
  if (p95 === null || p95.kind === 'estimate')
    return { count, avgMs, p95Ms: p95?.ms ?? null, p95Outside: null };
  return { count, avgMs, p95Ms: null, p95Outside: { side: p95.kind, ms: p95.ms } };
}

function summariseOperation(
  name: string,
  operation: MergedOperation,
): Omit<Summary['operations'][string], 'server'> {
  return {
    kind: isAction(name) ? 'action' : 'observation',
    total: operation.total,
    outcomes: operation.outcomes as Record<string, number>,
    latency: summariseLatency(operation.ok, operation.earliest),
    drained: summariseLatency(operation.drained),
    response: summariseLatency(operation.response, operation.earliest),
    failedLatency: summariseLatency(operation.failed),
    lateStart: summariseLatency(operation.lateStart),
    slowest: operation.slowest.map(({ atMs, ...call }) => ({ ...call, atS: Math.floor(atMs / 1000) })),
    causes: [...operation.causes.values()].sort((one, other) => other.count - one.count),
  };
}
