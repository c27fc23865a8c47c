import { ms } from '../kernel/figures.ts';
import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import type { MergedTimings } from '../timings/merged-timings.ts';
import { isReading } from '../timings/page-metrics.ts';
import { oneSecond } from '../timings/worst-window.ts';
import { type CrowdFigures, readFigure } from './crowd-figures.ts';
import { readEach } from './each-operation.ts';
import { identityOf, type Judgement } from './judgement.ts';
import { holds, latenciesFor, type Reading, read } from './reading.ts';
import type { Target } from './target.ts';
import { WorstWindow } from './worst-window.ts';

export interface Judged {
  /** How long the schedule admits participants; windows lie within it. */
  readonly scheduleS: number;
  /** The time until the last participant left, for the throughput. Default: `scheduleS`. */
  readonly durationS?: number;
  /** Absent where there is no crowd, as in a benchmark. */
  readonly crowd?: CrowdFigures | undefined;
  /** The page metrics without a duration. Absent where there are no pages. */
  readonly readings?: ReadonlyMap<string, LatencyHistogram>;
}

export function judge(target: Target, timings: MergedTimings, judged: Judged): Judgement {
  return judgementOf(target, readingOf(target, timings, judged));
}

function readingOf(
  target: Target,
  timings: MergedTimings,
  { scheduleS, durationS = scheduleS, crowd, readings }: Judged,
): Reading {
  if (isReading(target.operation)) return readPageReading(target, readings);
  if (target.statistic.kind === 'crowd') return readFigure(target.statistic.figure, crowd);
  if (target.each) return readEach(target, timings, durationS);
  const measured = target.operation ? timings.operations.get(target.operation) : timings.actions;
  if (!measured || measured.total === 0) return noData(target, timings);
  return target.worstSeconds
    ? readWorst(target, timings, scheduleS)
    : read(target.statistic, measured.outcomes, latenciesFor(target.statistic, measured), durationS);
}

export function judgementOf(target: Target, reading: Reading): Judgement {
  const about = identityOf(target);
  if ('problem' in reading) {
    const { problem, count, note } = reading;
    const state = problem === 'no data' ? 'missed' : 'inconclusive';
    return { ...about, state, value: null, problem, count, note };
  }
  const { value, bracket, ...rest } = reading;
  const found = { ...about, value, ...rest, ...(bracket ? { bracket } : {}) };
  if (bracket && holds(target, bracket.low) !== holds(target, bracket.high)) {
    const range = `between ${ms(bracket.low)} and ${ms(bracket.high)}: ${TOO_SLOW}`;
    const note = [rest.note, range].filter(Boolean).join('; ');
    return { ...found, state: 'inconclusive', problem: 'wide bracket', note };
  }
  if (holds(target, value)) return { ...found, state: 'met' };
  return { ...found, state: isOfTheRunItself(target) ? 'inconclusive' : 'missed' };
}

/** The hint for a limit within the bracket. */
const TOO_SLOW =
  'the load generator read the answers too late to tell. Use more workers or machines, or less load';

/** A crowd that was smaller than requested proves nothing against the service. */
function isOfTheRunItself({ statistic }: Target): boolean {
  return statistic.kind === 'crowd' && statistic.figure === 'users reached';
}

function readWorst(target: Target, timings: MergedTimings, seconds: number): Reading {
  const worst = new WorstWindow(target);
  for (let second = 0; second < Math.floor(seconds); second++) {
    worst.add(oneSecond(timings.windows.get(second) ?? [], target.operation));
  }
  return worst.reading;
}

/** A page metric without a duration has no bracket, because a delay of the generator does not change its value. */
function readPageReading({ operation, statistic }: Target, readings: Judged['readings']): Reading {
  const values = readings?.get(operation!);
  if (!values) return { problem: 'no data', count: 0, note: `nothing was recorded as "${operation}"` };
  const found = read(statistic, { ok: values.count }, { latest: values, earliest: values }, 1);
  if ('problem' in found) return found;
  const { bracket: _, ...reading } = found;
  return reading;
}

function noData(target: Target, timings: MergedTimings): Reading {
  const known = [...timings.operations.keys()].join(', ');
  const note = target.operation
    ? `nothing was recorded as "${target.operation}"${known ? `; recorded: ${known}` : ''}`
    : 'nothing was recorded';
  return { problem: 'no data', count: 0, note };
}
