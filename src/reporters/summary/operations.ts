import type { ServerSideFigures } from '../../meetings/server-metrics.ts';
import { isAction } from '../../timings/catalogue.ts';
import { type MergedOperation, type MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import { summariseLatency } from './latency.ts';
import type { Summary } from './schema.ts';

/** Every operation that was recorded, with the same calls as the service measured them where it says so. */
export function operationsOf(
  { operations }: MergedTimings,
  server: Readonly<Record<string, ServerSideFigures>> = {},
): Summary['operations'] {
  return Object.fromEntries(
    [...operations]
      .filter(([, operation]) => totalOf(operation.outcomes) > 0)
      .map(([name, operation]) => [
        name,
        { ...summariseOperation(name, operation), server: server[name] ?? null },
      ]),
  );
}

function summariseOperation(
  name: string,
  operation: MergedOperation,
): Omit<Summary['operations'][string], 'server'> {
  return {
    kind: isAction(name) ? 'action' : 'observation',
    total: operation.total,
    outcomes: operation.outcomes as Record<string, number>,
    latency: summariseLatency(operation.ok),
    response: summariseLatency(operation.response),
    failedLatency: summariseLatency(operation.failed),
    lateStart: summariseLatency(operation.lateStart),
    causes: [...operation.causes.values()].sort((one, other) => other.count - one.count),
  };
}
