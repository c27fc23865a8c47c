import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import { percentile } from '../timings/percentile.ts';

/** In ms; null where samples are too few. */
export interface Latencies {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export function latenciesOf(histogram: LatencyHistogram): Latencies {
  const value = (quantile: number) => {
    const found = percentile(histogram, quantile);
    return 'valueMs' in found ? found.valueMs : null;
  };
  return { p50Ms: value(0.5), p95Ms: value(0.95), p99Ms: value(0.99) };
}
