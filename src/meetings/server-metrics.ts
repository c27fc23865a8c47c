import { type Durations, minus, processStart, quantileMs, readDurations } from './request-durations.ts';

/** What the service itself measured between two readings of its `/metrics`, for one route. */
export interface ServerSideFigures {
  readonly count: number;
  readonly avgMs: number;
  /** Estimated inside the bucket, as Prometheus' histogram_quantile does; null when above the last bucket. */
  readonly p95Ms: number | null;
}

/** Route of each operation: method, and the path below the meetings, its parameters written as `:id`. */
export const routes: Readonly<Record<string, string>> = {
  'meeting.join': 'POST /:id/join',
  'meeting.get': 'GET /:id',
  'hand.raise': 'POST /:id/hand/raise',
  'hand.lower': 'POST /:id/hand/lower',
  'network.report': 'POST /:id/network/quality',
  'meeting.leave': 'POST /:id/leave',
};

/**
 * The service's own view of each operation: its `http_request_duration_seconds` after the run minus before it.
 * Both texts are in the Prometheus exposition format. Operations that it does not publish are left out.
 */
export function serverSideFigures(before: string, after: string): Record<string, ServerSideFigures> {
  const later = readDurations(after);
  // A restarted service counts from zero again; what it counts since then is all there is.
  const isSame = processStart(before) === processStart(after);
  const earlier = isSame ? readDurations(before) : new Map<string, Durations>();
  const figures: Record<string, ServerSideFigures> = {};
  for (const [operation, route] of Object.entries(routes)) {
    const durations = later.get(route);
    if (!durations) continue;
    const delta = minus(durations, earlier.get(route));
    if (delta.count <= 0) continue;
    figures[operation] = {
      count: delta.count,
      avgMs: (delta.sum / delta.count) * 1000,
      p95Ms: quantileMs(delta, 0.95),
    };
  }
  return figures;
}
