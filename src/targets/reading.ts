import { assertNever } from '../kernel/errors.ts';
import { counted, number } from '../kernel/figures.ts';
import type { OutcomeCounts } from '../timings/encoded.ts';
import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import { type Bracketed, type MergedOperation, totalOfService } from '../timings/merged-timings.ts';
import { percentile, quantilesMs } from '../timings/percentile.ts';
import { type Comparator, isUpperLimit, type Statistic, type Target } from './target.ts';

/** The value of a statistic, or why it has no value. */
export type Reading =
  | {
      value: number;
      count: number;
      /** 95% confidence interval of a percentile. */
      interval?: { readonly low: number; readonly high: number | null };
      /** The smallest and the largest possible value of a latency. */
      bracket?: Bracket;
      /** The worst operation, of a target that each operation has to meet. */
      decidedBy?: string;
      /** The worst window, in seconds since the start. */
      window?: { readonly fromS: number; readonly toS: number };
      note?: string;
    }
  | { problem: 'no data' | 'too few samples'; count: number; note: string };

export interface Bracket {
  readonly low: number;
  readonly high: number;
}

/** The latencies that a statistic is about: from the actual start, or from the intended start. */
export function latenciesFor(statistic: Statistic, { latencies, responses }: MergedOperation): Bracketed {
  return statistic.kind === 'percentile' && statistic.from === 'intended' ? responses : latencies;
}

/** Computes a statistic of what was recorded in `seconds`. */
export function read(
  statistic: Statistic,
  outcomes: OutcomeCounts,
  { latest: ok, earliest }: Bracketed,
  seconds: number,
): Reading {
  const total = totalOfService(outcomes);
  switch (statistic.kind) {
    case 'percentile': {
      if (ok.count === 0) return noLatency(outcomes);
      const found = percentile(ok, statistic.quantile);
      if ('needed' in found) {
        const note = `${counted(found.count, 'sample')}, ${found.needed} needed`;
        return { problem: 'too few samples', count: found.count, note };
      }
      return {
        value: found.valueMs,
        count: found.count,
        interval: { low: found.lowMs, high: found.highMs },
        bracket: bracketOf(quantilesMs(earliest, [statistic.quantile])[0] ?? found.valueMs, found.valueMs),
      };
    }
    case 'avg':
    case 'min':
    case 'max': {
      if (ok.count === 0) return noLatency(outcomes);
      const value = figureOf(statistic.kind, ok);
      return { value, count: ok.count, bracket: bracketOf(figureOf(statistic.kind, earliest), value) };
    }
    case 'error rate':
    case 'success rate': {
      if (total === 0) return { problem: 'no data', count: 0, note: 'there was no call' };
      const successRate = ((outcomes.ok ?? 0) / total) * 100;
      return { value: statistic.kind === 'success rate' ? successRate : 100 - successRate, count: total };
    }
    case 'throughput':
      return { value: total / seconds, count: total };
    case 'count':
      return { value: total, count: total };
    case 'crowd':
      throw new Error(`"${statistic.figure}" is a figure of the crowd, not of calls`);
    default:
      return assertNever(statistic);
  }
}

/** Without a latency, all calls failed, or the successful ones began after participants were asked to leave. */
function noLatency({ ok = 0 }: OutcomeCounts): Reading {
  if (ok === 0) return { problem: 'no data', count: 0, note: 'no successful call, so no latency' };
  const calls = ok === 1 ? 'the only successful call' : `all ${number(ok)} successful calls`;
  return {
    problem: 'too few samples',
    count: 0,
    note: `${calls} began after participants were asked to leave. Use shorter sessions, or a longer DRAIN_TIMEOUT`,
  };
}

type Value = Extract<Reading, { value: number }>;

/**
 * Of two readings that have to meet one target, the one that decides it: a reading that misses the target at both ends
 * of its bracket, otherwise the worse value. The verdict is based on the bracket of this reading alone, so that all
 * figures beside its name are its own.
 */
export function deciding<One extends Value>(target: Target, one: One | undefined, other: One): One {
  if (one === undefined) return other;
  const [first, second] = [one, other].map((reading) => isMissed(target, reading));
  if (first !== second) return first ? one : other;
  const isWorse = isUpperLimit(target.comparator) ? other.value > one.value : other.value < one.value;
  return isWorse ? other : one;
}

/** Whether both ends of the bracket miss the target. */
function isMissed(target: Target, { value, bracket = { low: value, high: value } }: Value): boolean {
  return !holds(target, bracket.low) && !holds(target, bracket.high);
}

const comparisons: Readonly<Record<Comparator, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

export function holds({ comparator, limit }: Target, value: number): boolean {
  return comparisons[comparator](value, limit);
}

function figureOf(kind: 'avg' | 'min' | 'max', { sumMs, count, minMs, maxMs }: LatencyHistogram): number {
  return { avg: sumMs / count, min: minMs, max: maxMs }[kind];
}

/** Two histograms round separately, which may reverse the ends of a narrow bracket. */
function bracketOf(low: number, high: number): Bracket {
  return { low: Math.min(low, high), high };
}
