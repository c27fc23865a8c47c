/** Cumulative counts of a duration histogram, as Prometheus clients publish them. */
export interface Durations {
  readonly count: number;
  /** Seconds. */
  readonly sum: number;
  /** Cumulative counts by upper bound in seconds, the lowest first. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** How a service publishes the durations of its requests, by route. */
export interface RouteMetrics {
  readonly durations: string;
  /** The prefix of its routes. */
  readonly base: string;
  /** Route of each operation: `POST /:id/join`. */
  readonly routes: Readonly<Record<string, string>>;
}

/** A label's value may contain any text, including braces and escaped quotes. */
const sample = /^\w+_(?<part>bucket|sum|count)\{(?<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s+(?<value>\S+)/;

/**
 * The durations of requests by route, from a text in the Prometheus exposition format: `POST /:id/join`, the path below
 * the meetings. All statuses of a route together: the client's table separates them.
 */
export function readDurations(
  text: string,
  { durations: histogram, base }: Pick<RouteMetrics, 'durations' | 'base'>,
): Map<string, Durations> {
  const found = new Map<string, { count: number; sum: number; buckets: Map<number, number> }>();
  for (const line of text.split('\n')) {
    if (!line.startsWith(histogram)) continue;
    const parts = sample.exec(line)?.groups;
    if (!parts) continue;
    const labels = Object.fromEntries(
      [...parts.labels!.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((m) => [m[1], m[2]]),
    );
    const route = routeOf(labels.method, labels.path ?? labels.route, base);
    const durations = found.get(route) ?? { count: 0, sum: 0, buckets: new Map() };
    found.set(route, durations);
    const value = Number(parts.value);
    if (parts.part === 'sum') durations.sum += value;
    else if (parts.part === 'count') durations.count += value;
    else {
      const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
      durations.buckets.set(bound, (durations.buckets.get(bound) ?? 0) + value);
    }
  }
  return found;
}

/** A service may name its routes with its whole base as prefix, or with the last part of it. */
function routeOf(method = '', path = '', base = ''): string {
  const last = base.slice(base.lastIndexOf('/'));
  const at = last === '' ? -1 : `${path}/`.lastIndexOf(`${last}/`);
  const below = (at < 0 ? path : path.slice(at + last.length)).replace(/:\w+|\{\w+\}/g, ':id');
  return `${method.toUpperCase()} ${below === '' ? '/' : below}`;
}

/** The counts between two readings. */
export function minus(later: Durations, earlier: Durations | undefined): Durations {
  // Fewer than before: the process restarted without reporting it.
  if (!earlier || earlier.count > later.count) return later;
  const buckets = new Map(
    [...later.buckets].map(([le, count]) => [le, count - (earlier.buckets.get(le) ?? 0)]),
  );
  return { count: later.count - earlier.count, sum: later.sum - earlier.sum, buckets };
}

/**
 * Where a quantile lies. `estimate`: inside a bucket with two bounds, interpolated as Prometheus' histogram_quantile
 * does. `below` and `above`: in the first bucket or above the last bound. Such a bucket has one bound and no shape:
 * a service that answers in 3 ms and one that answers in 45 ms look alike below 50 ms.
 */
export type BucketQuantile = { readonly kind: 'estimate' | 'below' | 'above'; readonly ms: number };

/** Null without an observation. */
export function bucketQuantile({ count, buckets }: Durations, quantile: number): BucketQuantile | null {
  const rank = count * quantile;
  let [lowerBound, below] = [0, 0];
  if (count <= 0) return null;
  for (const [upperBound, upTo] of [...buckets].sort(([one], [other]) => one - other)) {
    if (upTo >= rank) {
      if (upperBound === Number.POSITIVE_INFINITY)
        // A histogram without a finite bound does not show where its observations are.
        return lowerBound === 0 ? null : { kind: 'above', ms: lowerBound * 1000 };
      if (lowerBound === 0) return { kind: 'below', ms: upperBound * 1000 };
      const within = (rank - below) / Math.max(1, upTo - below);
      return { kind: 'estimate', ms: (lowerBound + (upperBound - lowerBound) * within) * 1000 };
    }
    [lowerBound, below] = [upperBound, upTo];
  }
  return null;
}

/** The start of the service's process, in seconds since 1970, if it is published. */
export function processStart(text: string): number | null {
  return gauge(text, 'process_start_time_seconds');
}

/** The first value of a metric without regard to its labels, or with the requested labels; null without one. */
export function gauge(text: string, name: string, labels = ''): number | null {
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue;
    const [, written = '', value] = /^(\{[^}]*\})?\s+(\S+)/.exec(line.slice(name.length)) ?? [];
    if (value === undefined || !written.includes(labels)) continue;
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  }
  return null;
}
