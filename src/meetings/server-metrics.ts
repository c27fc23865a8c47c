import {
  type BucketQuantile,
  bucketQuantile,
  type Durations,
  minus,
  processStart,
  type RouteMetrics,
  readDurations,
} from './request-durations.ts';
import { isSameProcess } from './service-processes.ts';

/** The measurements of the service itself between two readings of its `/metrics`, for one route. */
export interface ServerSideFigures {
  readonly count: number;
  readonly avgMs: number;
  readonly p95: BucketQuantile | null;
}

/**
 * The service's own figures of each operation: its `http_request_duration_seconds` after the run minus before it.
 * Both texts are in the Prometheus exposition format. The result has no operation whose route is not in them.
 */
export function serverSideFigures(
  before: string,
  after: string,
  metrics: RouteMetrics,
): Record<string, ServerSideFigures> {
  const later = readDurations(after, metrics);
  // A restarted service counts from zero: only the calls since the restart are known.
  const isSame = isSameProcess(processStart(before), processStart(after));
  const earlier = isSame ? readDurations(before, metrics) : new Map<string, Durations>();
  const figures: Record<string, ServerSideFigures> = {};
  for (const [operation, route] of Object.entries(metrics.routes)) {
    const durations = later.get(route);
    if (!durations) continue;
    const delta = minus(durations, earlier.get(route));
    if (delta.count <= 0) continue;
    figures[operation] = {
      count: delta.count,
      avgMs: (delta.sum / delta.count) * 1000,
      p95: bucketQuantile(delta, 0.95),
    };
  }
  return figures;
}
