import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import { quantilesMs } from '../timings/percentile.ts';

/** In ms; null with too few samples. */
export interface Latencies {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export function latenciesOf(histogram: LatencyHistogram): Latencies {
  const [p50Ms = null, p95Ms = null, p99Ms = null] = quantilesMs(histogram, [0.5, 0.95, 0.99]);
  return { p50Ms, p95Ms, p99Ms };
}
