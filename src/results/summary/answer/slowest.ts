import type { Summary } from '../schema.ts';

export interface Slow {
  readonly operation: string;
  readonly ms: number;
}

/** The operations by a latency, the slowest first. */
export interface Slowest {
  readonly by: 'p50' | 'p95' | 'p99' | 'avg';
  readonly all: readonly Slow[];
}

/**
 * The operations by a statistic, the slowest first. If an operation has too few samples for its percentile, all are compared
 * by their averages: otherwise an operation with many samples would be named instead of a slower one.
 */
export function slowest(operations: Summary['operations'], statistic: string): Slowest {
  const called = Object.entries(operations).flatMap(([operation, { kind, latency }]) =>
    kind === 'action' && latency ? [{ operation, latency }] : [],
  );
  const name = statistic === 'p50' || statistic === 'p95' || statistic === 'p99' ? statistic : undefined;
  const isKnown = name !== undefined && called.every(({ latency }) => 'valueMs' in latency[name]);
  const msOf = (latency: NonNullable<Summary['latency']>) => {
    const percentile = isKnown ? latency[name] : undefined;
    return percentile && 'valueMs' in percentile ? percentile.valueMs : latency.avgMs;
  };
  const all = called
    .map(({ operation, latency }) => ({ operation, ms: msOf(latency) }))
    .sort((one, other) => other.ms - one.ms);
  return { by: isKnown ? name : 'avg', all };
}

/** `P95 305 ms`, `average 8.33 ms` */
export function latencyLabel(by: Slowest['by']): string {
  return by === 'avg' ? 'average' : by.toUpperCase();
}
