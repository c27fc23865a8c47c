import { assertNever } from '../kernel/errors.ts';
import { counted } from '../kernel/figures.ts';
import type { OutcomeCounts } from '../timings/encoded.ts';
import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import { totalOf } from '../timings/merged-timings.ts';
import { percentile } from '../timings/percentile.ts';
import type { Statistic } from './target.ts';

/** What a statistic amounts to, or why it amounts to nothing. */
export type Reading =
  | {
      value: number;
      count: number;
      /** 95 % confidence interval of a percentile. */
      interval?: { readonly low: number; readonly high: number | null };
      note?: string;
    }
  | { problem: 'no data' | 'too few'; count: number; note: string };

/** Reads a statistic of what was recorded in so many seconds. */
export function read(
  statistic: Statistic,
  outcomes: OutcomeCounts,
  ok: LatencyHistogram,
  seconds: number,
): Reading {
  const total = totalOf(outcomes) - (outcomes.aborted ?? 0);
  switch (statistic.kind) {
    case 'percentile': {
      if (ok.count === 0) return { problem: 'no data', count: 0, note: 'no successful call, so no latency' };
      const found = percentile(ok, statistic.quantile);
      if ('needed' in found) {
        const note = `${counted(found.count, 'sample')} ${found.count === 1 ? 'is' : 'are'} too few: needs ${found.needed}`;
        return { problem: 'too few', count: found.count, note };
      }
      return { value: found.valueMs, count: found.count, interval: { low: found.lowMs, high: found.highMs } };
    }
    case 'avg':
    case 'min':
    case 'max': {
      if (ok.count === 0) return { problem: 'no data', count: 0, note: 'no successful call, so no latency' };
      const value = { avg: ok.sumMs / ok.count, min: ok.minMs, max: ok.maxMs }[statistic.kind];
      return { value, count: ok.count };
    }
    case 'error rate':
    case 'success rate': {
      if (total === 0) return { problem: 'no data', count: 0, note: 'nothing was called' };
      const successRate = ((outcomes.ok ?? 0) / total) * 100;
      return { value: statistic.kind === 'success rate' ? successRate : 100 - successRate, count: total };
    }
    case 'throughput':
      return { value: total / seconds, count: total };
    case 'count':
      return { value: total, count: total };
    case 'crowd':
      throw new Error(`"${statistic.figure}" is read of the crowd, and not of calls`);
    default:
      return assertNever(statistic);
  }
}
