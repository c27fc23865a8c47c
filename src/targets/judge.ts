import { assertNever } from '../kernel/errors.ts';
import type { OutcomeCounts } from '../timings/encoded.ts';
import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import { type MergedTimings, totalOf } from '../timings/merged-timings.ts';
import { percentile } from '../timings/percentile.ts';
import { stretches } from '../timings/worst-window.ts';
import type { Statistic, Target } from './target.ts';

export interface Judgement {
  readonly target: string;
  /** inconclusive: too few samples to say, or a generator that was out of breath. */
  readonly state: 'met' | 'missed' | 'inconclusive';
  readonly value: number | null;
  readonly limit: number;
  readonly unit: string;
  /** Samples behind the value. */
  readonly count: number;
  /** 95 % confidence interval of a percentile over the whole run. */
  readonly interval?: { readonly low: number; readonly high: number | null };
  /** What the value alone does not say: no data, too few samples, which seconds were the worst. */
  readonly note?: string;
}

type Reading =
  | { value: number; count: number; interval?: Judgement['interval']; note?: string }
  | { problem: 'no data' | 'too few'; count: number; note: string };

/** The fewest actions within a stretch whose rates are judged. */
const FEWEST_IN_STRETCH = 10;

/**
 * Judges one target over merged timings. `scheduleS` is how long the schedule let participants in, which bounds the
 * stretches; `durationS` how long anybody was there, over which the throughput of the whole run is taken.
 */
export function judge(
  target: Target,
  timings: MergedTimings,
  scheduleS: number,
  durationS = scheduleS,
): Judgement {
  const reading = target.worstSeconds
    ? readWorst(target, timings, scheduleS)
    : readWhole(target, timings, durationS);
  const { limit, unit, text } = target;
  if ('problem' in reading) {
    const state = reading.problem === 'no data' ? 'missed' : 'inconclusive';
    return { target: text, state, value: null, limit, unit, count: reading.count, note: reading.note };
  }
  const { value, ...rest } = reading;
  return { target: text, state: holds(target, value) ? 'met' : 'missed', value, limit, unit, ...rest };
}

function readWhole(target: Target, timings: MergedTimings, seconds: number): Reading {
  const measured = target.operation ? timings.operations.get(target.operation) : timings.actions;
  if (!measured || measured.total === 0) return noData(target, timings);
  const fromIntended = target.statistic.kind === 'percentile' && target.statistic.from === 'intended';
  return read(target.statistic, measured.outcomes, fromIntended ? measured.response : measured.ok, seconds);
}

function readWorst(target: Target, timings: MergedTimings, seconds: number): Reading {
  const length = target.worstSeconds!;
  const wantsLow = target.comparator.startsWith('>');
  const measured = target.operation ? timings.operations.get(target.operation) : timings.actions;
  if (!measured || measured.total === 0) return noData(target, timings);
  let worst: Reading =
    seconds < length
      ? { problem: 'no data', count: 0, note: `the run has no ${length} s` }
      : { problem: 'too few', count: 0, note: `no ${length} s of the run have enough samples` };
  const options = { seconds: length, untilSecond: Math.floor(seconds), operation: target.operation };
  for (const stretch of stretches(timings.windows, options)) {
    const total = totalOf(stretch.outcomes) - (stretch.outcomes.aborted ?? 0);
    const isRate = target.statistic.kind === 'error rate' || target.statistic.kind === 'success rate';
    if (isRate && total < FEWEST_IN_STRETCH) continue;
    const where = `from second ${stretch.fromSecond} to ${stretch.fromSecond + length}`;
    const reading = read(target.statistic, stretch.outcomes, stretch.ok, length);
    // Enough was tried and nothing succeeded: no latency can be worse than none.
    if ('problem' in reading && stretch.ok.count === 0 && total >= FEWEST_IN_STRETCH)
      return { problem: 'no data', count: 0, note: `${reading.note} ${where}` };
    if ('problem' in reading) continue;
    if ('problem' in worst || (wantsLow ? reading.value < worst.value : reading.value > worst.value)) {
      worst = { value: reading.value, count: reading.count, note: `worst ${where}` };
    }
  }
  return worst;
}

function read(statistic: Statistic, outcomes: OutcomeCounts, ok: LatencyHistogram, seconds: number): Reading {
  const total = totalOf(outcomes) - (outcomes.aborted ?? 0);
  switch (statistic.kind) {
    case 'percentile': {
      if (ok.count === 0) return { problem: 'no data', count: 0, note: 'no successful call, so no latency' };
      const found = percentile(ok, statistic.quantile);
      if ('needed' in found) {
        const note = `${found.count} samples are too few: needs ${found.needed}`;
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
    default:
      return assertNever(statistic);
  }
}

function noData(target: Target, timings: MergedTimings): Reading {
  const known = [...timings.operations.keys()].join(', ');
  const note = target.operation
    ? `nothing was recorded as "${target.operation}"${known ? `; recorded: ${known}` : ''}`
    : 'nothing was recorded';
  return { problem: 'no data', count: 0, note };
}

function holds({ comparator, limit }: Target, value: number): boolean {
  switch (comparator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      return assertNever(comparator);
  }
}
