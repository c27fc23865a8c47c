import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { percentile } from '../../timings/percentile.ts';
import type { SummaryLatency } from './schema.ts';

export function summariseLatency(latencies: LatencyHistogram): SummaryLatency {
  const { count, minMs, maxMs, sumMs } = latencies;
  if (count === 0) return null;
  return {
    count,
    minMs,
    maxMs,
    avgMs: sumMs / count,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
  };
}
