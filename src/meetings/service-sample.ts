import { gauge, processStart, type RouteMetrics, readDurations } from './request-durations.ts';

/** One sample of the service's own metrics in a run. Counters are unchanged; null means not published. */
export interface ServiceSample {
  /** Since the release of the barrier. */
  readonly atMs: number;
  /** Start of its process, in seconds since 1970: a different start is a different process. */
  readonly processStart: number | null;
  /** Calls of participants so far, with cumulative counts by upper bound in seconds. */
  readonly calls: {
    readonly count: number;
    readonly sumS: number;
    readonly buckets: readonly (readonly [boundS: number, count: number])[];
  } | null;
  /** CPU time so far, in seconds. */
  readonly cpuS: number | null;
  readonly memoryBytes: number | null;
  /** Delay of its event loop, P99 since the last sample. */
  readonly loopDelayMs: number | null;
  readonly connections: number | null;
  /** Callers that wait for a connection to the database. */
  readonly waitingForDatabase: number | null;
}

/** Reads a text in the Prometheus exposition format; undefined if it has none of these metrics. */
export function serviceSample(text: string, atMs: number, metrics: RouteMetrics): ServiceSample | undefined {
  const loopDelayS = gauge(text, 'nodejs_eventloop_lag_p99_seconds');
  const sample: ServiceSample = {
    atMs,
    processStart: processStart(text),
    calls: callsIn(text, metrics),
    cpuS: gauge(text, 'process_cpu_seconds_total'),
    memoryBytes: gauge(text, 'process_resident_memory_bytes'),
    loopDelayMs: loopDelayS === null ? null : loopDelayS * 1000,
    connections: gauge(text, 'socketio_connections'),
    waitingForDatabase: gauge(text, 'pg_pool_connections', 'state="waiting"'),
  };
  const { atMs: _, ...said } = sample;
  return Object.values(said).some((value) => value !== null) ? sample : undefined;
}

function callsIn(text: string, metrics: RouteMetrics): ServiceSample['calls'] {
  const durations = readDurations(text, metrics);
  const known = Object.values(metrics.routes).flatMap((route) => durations.get(route) ?? []);
  if (known.length === 0) return null;
  const buckets = new Map<number, number>();
  // The last bucket equals `count`, and its bound (infinity) is not a JSON number.
  for (const one of known)
    for (const [bound, count] of one.buckets)
      if (Number.isFinite(bound)) buckets.set(bound, (buckets.get(bound) ?? 0) + count);
  return {
    count: known.reduce((sum, { count }) => sum + count, 0),
    sumS: known.reduce((total, { sum }) => total + sum, 0),
    buckets: [...buckets].sort(([one], [other]) => one - other),
  };
}
