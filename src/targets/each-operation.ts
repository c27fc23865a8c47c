import { ms } from '../kernel/figures.ts';
import { isAction, ROOM_EVENTS } from '../timings/catalogue.ts';
import type { MergedOperation, MergedTimings } from '../timings/merged-timings.ts';
import { percentile, quantilesMs } from '../timings/percentile.ts';
import { deciding, latenciesFor, type Reading, read } from './reading.ts';
import { isUpperLimit, type Target } from './target.ts';

/**
 * The worst operation decides: many fast calls do not hide a slow operation. An operation with too few samples for its
 * percentile is judged by its median, which is never above the percentile.
 */
export function readEach(target: Target, { operations }: MergedTimings, seconds: number): Reading {
  let worst: Extract<Reading, { value: number }> | undefined;
  for (const [name, operation] of operations) {
    if (!isAction(name) && name !== ROOM_EVENTS) continue;
    const reading = readOne(target, operation, seconds);
    if (reading === undefined) continue;
    const note = reading.note === undefined ? name : `${name}: ${reading.note}`;
    worst = deciding(target, worst, { ...reading, decidedBy: name, note });
  }
  return worst ?? { problem: 'too few samples', count: 0, note: 'no operation has enough samples' };
}

function readOne(target: Target, operation: MergedOperation, seconds: number) {
  const { statistic, comparator, limit } = target;
  const latencies = latenciesFor(statistic, operation);
  const reading = read(statistic, operation.outcomes, latencies, seconds);
  if ('value' in reading) return reading;
  if (statistic.kind !== 'percentile' || statistic.quantile < 0.5 || !isUpperLimit(comparator))
    return undefined;
  const median = percentile(latencies.latest, 0.5);
  if ('needed' in median || median.valueMs < limit) return undefined;
  const note = `the median of ${median.count} samples is already ${ms(median.valueMs)}`;
  const [earliestMs] = quantilesMs(latencies.earliest, [0.5]);
  const bracket = { low: Math.min(earliestMs ?? median.valueMs, median.valueMs), high: median.valueMs };
  return { value: median.valueMs, count: median.count, note, bracket };
}
