import { LatencyHistogram } from '../timings/latency-histogram.ts';
import type { Bracketed } from '../timings/merged-timings.ts';
import type { SliceReport } from './slice-report.ts';

/** How much the generator can add to latencies, in ms; null where it is not known. */
export interface GeneratorAdds {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** The number of canary calls behind the figure, beside the brackets of all actions. */
  readonly canaryCalls: number;
  /** Why the canary is missing or made fewer calls than planned; null otherwise. */
  readonly withoutCanary: string | null;
}

/**
 * The larger of two values at each percentile: the time of canary calls beyond the time of the echo, and
 * the width of the bracket of all actions.
 */
export function generatorAdds(
  reports: readonly Pick<SliceReport, 'canary'>[],
  { latest, earliest }: Bracketed,
): GeneratorAdds {
  const canary = LatencyHistogram.empty();
  let withoutCanary: string | null = null;
  for (const { canary: one } of reports) {
    if (one?.added) canary.add(LatencyHistogram.decode(one.added));
    withoutCanary ??= one?.without ?? null;
  }
  const most = (quantile: number): number | null => {
    const width = latest.count === 0 ? null : at(latest, quantile) - at(earliest, quantile);
    const added = canary.count === 0 ? null : at(canary, quantile);
    return width === null && added === null ? null : Math.max(0, width ?? 0, added ?? 0);
  };
  return { p50Ms: most(0.5), p95Ms: most(0.95), p99Ms: most(0.99), canaryCalls: canary.count, withoutCanary };
}

/** `adds at most 0.4 / 2.6 / 5.5 ms (P50/P95/P99)`, rounded up: the sentence about the generator. */
export function addsText(adds: GeneratorAdds | null): string {
  const figures = adds ? [adds.p50Ms, adds.p95Ms, adds.p99Ms] : [];
  const known = figures.filter((figure) => figure !== null);
  if (known.length === 0) return 'adds an unknown latency (nothing was measured)';
  return `adds at most ${known.map(upwards).join(' / ')} ms (P50/P95/P99)`;
}

/** The source of the figure when the canary failed. */
export function withoutCanaryText(adds: GeneratorAdds | null): string | undefined {
  if (!adds || adds.withoutCanary === null) return undefined;
  const { canaryCalls, withoutCanary } = adds;
  const known =
    canaryCalls === 0 ? 'the brackets of the calls alone' : 'the brackets and a part of the canary’s calls';
  return `known from ${known}: the echo of the canary failed (${withoutCanary})`;
}

function upwards(ms: number): string {
  return ms < 99.9 ? (Math.ceil(ms * 10) / 10).toFixed(1) : String(Math.ceil(ms));
}

/** By nearest rank. With few calls this is the longest one, which is at least the percentile. */
function at(latencies: LatencyHistogram, quantile: number): number {
  return latencies.valueAtRank(Math.ceil(latencies.count * quantile * (1 - 1e-12)));
}
