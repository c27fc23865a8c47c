/** What the service itself measured between two readings of its `/metrics`, for one route. */
export interface ServerSideFigures {
  readonly count: number;
  readonly avgMs: number;
  /** Estimated inside the bucket, as Prometheus' histogram_quantile does; null when above the last bucket. */
  readonly p95Ms: number | null;
}

/** Route of each operation: method, and the path below the meetings, its parameters written as `:id`. */
const routes: Readonly<Record<string, string>> = {
  'meeting.join': 'POST /:id/join',
  'meeting.get': 'GET /:id',
  'hand.raise': 'POST /:id/hand/raise',
  'hand.lower': 'POST /:id/hand/lower',
  'network.report': 'POST /:id/network/quality',
  'meeting.leave': 'POST /:id/leave',
};

const HISTOGRAM = 'http_request_duration_seconds';

/** A label's value may hold anything, braces and escaped quotes included. */
const sample = /^\w+_(?<part>bucket|sum|count)\{(?<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s+(?<value>\S+)/;

interface Series {
  count: number;
  sum: number;
  /** Cumulative counts by upper bound in seconds. */
  readonly buckets: Map<number, number>;
}

/**
 * The service's own view of each operation: its `http_request_duration_seconds` after the run minus before it.
 * Both texts are in the Prometheus exposition format. Operations that it does not publish are left out.
 */
export function serverSideFigures(before: string, after: string): Record<string, ServerSideFigures> {
  const later = readSeries(after);
  // A restarted service counts from zero again; what it counts since then is all there is.
  const earlier = startOf(before) === startOf(after) ? readSeries(before) : new Map<string, Series>();
  const figures: Record<string, ServerSideFigures> = {};
  for (const [operation, route] of Object.entries(routes)) {
    const series = later.get(route);
    if (!series) continue;
    const delta = minus(series, earlier.get(route));
    if (delta.count <= 0) continue;
    figures[operation] = {
      count: delta.count,
      avgMs: (delta.sum / delta.count) * 1000,
      p95Ms: quantileMs(delta, 0.95),
    };
  }
  return figures;
}

/** When the process of the service began, where it says so. */
function startOf(text: string): string | undefined {
  return /^process_start_time_seconds(?:\{[^}]*\})?\s+(\S+)/m.exec(text)?.[1];
}

/** All statuses of a route together: the client's table tells them apart. */
function readSeries(text: string): Map<string, Series> {
  const found = new Map<string, Series>();
  for (const line of text.split('\n')) {
    if (!line.startsWith(HISTOGRAM)) continue;
    const parts = sample.exec(line)?.groups;
    if (!parts) continue;
    const labels = Object.fromEntries(
      [...parts.labels!.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((m) => [m[1], m[2]]),
    );
    const route = routeOf(labels.method, labels.path);
    const series = found.get(route) ?? { count: 0, sum: 0, buckets: new Map() };
    found.set(route, series);
    const value = Number(parts.value);
    if (parts.part === 'sum') series.sum += value;
    else if (parts.part === 'count') series.count += value;
    else {
      const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
      series.buckets.set(bound, (series.buckets.get(bound) ?? 0) + value);
    }
  }
  return found;
}

function routeOf(method = '', path = ''): string {
  const below = path.replace(/^.*\/meetings(?=\/|$)/, '').replace(/:\w+|\{\w+\}/g, ':id');
  return `${method.toUpperCase()} ${below === '' ? '/' : below}`;
}

function minus(later: Series, earlier: Series | undefined): Series {
  // Fewer than before: restarted, though it does not say so.
  if (!earlier || earlier.count > later.count) return later;
  const buckets = new Map(
    [...later.buckets].map(([le, count]) => [le, count - (earlier.buckets.get(le) ?? 0)]),
  );
  return { count: later.count - earlier.count, sum: later.sum - earlier.sum, buckets };
}

function quantileMs({ count, buckets }: Series, quantile: number): number | null {
  const rank = count * quantile;
  let [lowerBound, below] = [0, 0];
  for (const [upperBound, upTo] of [...buckets].sort(([one], [other]) => one - other)) {
    if (upTo >= rank) {
      if (upperBound === Number.POSITIVE_INFINITY) return null;
      return (lowerBound + ((upperBound - lowerBound) * (rank - below)) / Math.max(1, upTo - below)) * 1000;
    }
    [lowerBound, below] = [upperBound, upTo];
  }
  return null;
}
