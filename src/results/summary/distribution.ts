import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { MergedOperation, MergedTimings } from '../../timings/merged-timings.ts';
import type { Distribution, Distributions } from './distribution-schema.ts';

/** Points for each halving of the distance to 100%, as in HdrHistogram's percentile plots. */
const POINTS_PER_HALF = 5;
const BINS_PER_DECADE = 20;

export function distributionsOf({ actions, operations }: MergedTimings): Distributions {
  return {
    actions: distributionOf(actions),
    operations: Object.fromEntries(
      [...operations]
        .filter(([, { ok }]) => ok.count > 0)
        .map(([name, operation]) => [name, distributionOf(operation)]),
    ),
  };
}

export function distributionOf({ ok, earliest, response }: MergedOperation): Distribution {
  return {
    count: ok.count,
    latency: curveOf(ok),
    ...(earliest.sumMs < ok.sumMs ? { earliest: curveOf(earliest) } : {}),
    response: curveOf(response),
    bins: binsOf(ok),
  };
}

/** Percentiles by nearest rank, at growing fractions of the samples. */
function curveOf(latencies: LatencyHistogram): Distribution['latency'] {
  const { count, minMs, maxMs } = latencies;
  if (count === 0) return [];
  const curve: Distribution['latency'] = [];
  const values = latencies.values();
  let [index, below] = [0, 0];
  for (const part of parts(count)) {
    const rank = Math.max(1, Math.ceil(count * part * (1 - 1e-12)));
    while (below + values[index]!.count < rank) below += values[index++]!.count;
    curve.push([rounded(part, 8), rounded(Math.min(Math.max(values[index]!.ms, minMs), maxMs), 4)]);
  }
  curve.push([1, rounded(maxMs, 4)]);
  return curve;
}

/** Fractions from 0 towards 1, while the percentile of `count` samples is not simply their maximum. */
function* parts(count: number): Generator<number> {
  for (let half = 0; ; half++) {
    const left = 0.5 ** half;
    for (let point = 0; point < POINTS_PER_HALF; point++) {
      const part = 1 - left + (left / 2) * (point / POINTS_PER_HALF);
      if ((1 - part) * count < 1) return;
      yield part;
    }
  }
}

function binsOf(latencies: LatencyHistogram): Distribution['bins'] {
  if (latencies.count === 0) return { from: 0, counts: [] };
  const counts = new Map<number, number>();
  for (const { ms, count } of latencies.values()) {
    const bin = Math.floor(Math.log10(Math.max(ms, 0.001)) * BINS_PER_DECADE);
    counts.set(bin, (counts.get(bin) ?? 0) + count);
  }
  const [from, to] = [Math.min(...counts.keys()), Math.max(...counts.keys())];
  return { from, counts: Array.from({ length: to - from + 1 }, (_, index) => counts.get(from + index) ?? 0) };
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
