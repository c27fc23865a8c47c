import { ms } from '../kernel/figures.ts';
import type { MergedTimings } from '../timings/merged-timings.ts';
import { oneSecond } from '../timings/worst-window.ts';
import { type CrowdFigures, readFigure } from './crowd-figures.ts';
import { readEach } from './each-operation.ts';
import type { Judgement } from './judgement.ts';
import { holds, type Reading, read } from './reading.ts';
import type { Target } from './target.ts';
import { WorstStretch } from './worst-stretch.ts';

/** What a target is judged over. */
export interface Judged {
  /** How long the schedule let participants in, which bounds the stretches. */
  readonly scheduleS: number;
  /** How long anybody was there, over which the throughput of the whole run is taken; `scheduleS` without it. */
  readonly durationS?: number;
  /** Absent where there is no crowd, as in a benchmark. */
  readonly crowd?: CrowdFigures | undefined;
}

/** Judges one target over merged timings. */
export function judge(target: Target, timings: MergedTimings, judged: Judged): Judgement {
  return judgementOf(target, readingOf(target, timings, judged));
}

function readingOf(
  target: Target,
  timings: MergedTimings,
  { scheduleS, durationS = scheduleS, crowd }: Judged,
): Reading {
  if (target.statistic.kind === 'crowd') return readFigure(target.statistic.figure, crowd);
  if (target.each) return readEach(target, timings, durationS);
  return target.worstSeconds ? readWorst(target, timings, scheduleS) : readWhole(target, timings, durationS);
}

/** What a reading means for its target. */
export function judgementOf(target: Target, reading: Reading): Judgement {
  const { limit, unit, text } = target;
  if ('problem' in reading) {
    const state = reading.problem === 'no data' ? 'missed' : 'inconclusive';
    return { target: text, state, value: null, limit, unit, count: reading.count, note: reading.note };
  }
  const { value, bracket, ...rest } = reading;
  const found = { target: text, value, limit, unit, ...rest, ...(bracket ? { bracket } : {}) };
  const isMet = holds(target, value);
  if (bracket && holds(target, bracket.low) !== holds(target, bracket.high)) {
    const note = [rest.note, `between ${ms(bracket.low)} and ${ms(bracket.high)}: ${NOT_TOLD}`];
    return { ...found, state: 'inconclusive', note: note.filter(Boolean).join('; ') };
  }
  return { ...found, state: isMet ? 'met' : isOfTheRunItself(target) ? 'inconclusive' : 'missed' };
}

/** The hint of a bracket that has the limit in it. */
const NOT_TOLD =
  'the generator read answers too late to tell. Spread the crowd over more workers or machines, or ask for less load';

/** A crowd that was smaller than asked for says nothing against the service. */
function isOfTheRunItself({ statistic }: Target): boolean {
  return statistic.kind === 'crowd' && statistic.figure === 'users reached';
}

function readWhole(target: Target, timings: MergedTimings, seconds: number): Reading {
  const measured = target.operation ? timings.operations.get(target.operation) : timings.actions;
  if (!measured || measured.total === 0) return noData(target, timings);
  const fromIntended = target.statistic.kind === 'percentile' && target.statistic.from === 'intended';
  const latencies = fromIntended ? measured.responses : measured.latencies;
  return read(target.statistic, measured.outcomes, latencies, seconds);
}

function readWorst(target: Target, timings: MergedTimings, seconds: number): Reading {
  const measured = target.operation ? timings.operations.get(target.operation) : timings.actions;
  if (!measured || measured.total === 0) return noData(target, timings);
  const worst = new WorstStretch(target);
  for (let second = 0; second < Math.floor(seconds); second++) {
    worst.add(oneSecond(timings.windows.get(second) ?? [], target.operation));
  }
  return worst.reading;
}

function noData(target: Target, timings: MergedTimings): Reading {
  const known = [...timings.operations.keys()].join(', ');
  const note = target.operation
    ? `nothing was recorded as "${target.operation}"${known ? `; recorded: ${known}` : ''}`
    : 'nothing was recorded';
  return { problem: 'no data', count: 0, note };
}
