import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { percentile, quantilesMs } from '../../timings/percentile.ts';
import type { SummaryLatency, SummaryPercentile } from './schema.ts';

/** `earliest`: the lower bounds of the same latencies, if the generator knows its own error. */
export function summariseLatency(latencies: LatencyHistogram, earliest?: LatencyHistogram): SummaryLatency {
  const { count, minMs, maxMs, sumMs } = latencies;
  if (count === 0) return null;
  return {
    count,
    minMs,
    maxMs,
    avgMs: sumMs / count,
    p50: bracketed(0.5),
    p95: bracketed(0.95),
    p99: bracketed(0.99),
  };

  function bracketed(quantile: number): SummaryPercentile {
    const found = percentile(latencies, quantile);
    if ('needed' in found || !earliest) return found;
    const [earliestMs] = quantilesMs(earliest, [quantile]);
    return { ...found, earliestMs: Math.min(earliestMs ?? found.valueMs, found.valueMs) };
  }
}
