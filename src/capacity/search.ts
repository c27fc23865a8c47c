import { assertNever } from '../kernel/errors.ts';
import { answerOf } from './answer.ts';
import type { Axis } from './axis.ts';
import { isCalm } from './calm.ts';
import type { Capacity, CapacityAnswer, Level } from './evidence.ts';
import { judgeLevel } from './level.ts';
import { gone } from './level-message.ts';
import { type Next, nextAfter, type Plan } from './next-level.ts';
import { scalabilityOf } from './scalability.ts';
import type { SearchOptions } from './search-options.ts';
import type { Second } from './second.ts';

export type { SearchOptions };

/**
 * What the crowd has to do now. `number` counts the steps: it tells seconds of this step from earlier ones.
 * - `level`: keep this level. The step before may have been a lower level, the same level, or a cool-down.
 * - `cool down`: all participants leave, and no one arrives, until the next step.
 * - `answer`: the search has ended.
 */
export type Step =
  | (Plan & { readonly kind: 'level'; readonly number: number })
  | { readonly kind: 'cool down'; readonly number: number }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: CapacityAnswer };

/** A search as plain data: each function returns the next state, and changes nothing. */
export interface Search {
  readonly options: SearchOptions;
  readonly step: Step;
  /** The level after the cool-down. */
  readonly planned: Plan | null;
  /** All judged levels, in the order in which they were tried. */
  readonly levels: readonly Level[];
  /** The seconds of the open step. */
  readonly seconds: readonly Second[];
}

/** The first level. It must be small: a service that is overloaded at once teaches the search nothing. */
const FIRST: Readonly<Record<Axis, number>> = { users: 10, arrivals: 5, 'meeting-size': 5 };

/** Starts a search. Its first step is a level. */
export function begin(options: SearchOptions): Search {
  const level = Math.min(FIRST[options.axis], options.atMost ?? Number.POSITIVE_INFINITY);
  const step = { kind: 'level', number: 1, level, purpose: 'double' } as const;
  return { options, step, planned: null, levels: [], seconds: [] };
}

/**
 * Takes the next second of the crowd. The caller carries out `step` whenever it has changed (its `number` is
 * another one). After the answer, seconds change nothing.
 */
export function observe(search: Search, second: Second): Search {
  const { step, options } = search;
  if (step.kind === 'answer') return search;
  const isOver = second.atMs + 1000 >= options.forMs;
  if (second.step !== step.number) return isOver ? end(search, 'time') : search;
  const seen = { ...search, seconds: [...search.seconds, second] };
  switch (step.kind) {
    case 'level': {
      const level = judgeLevel({ ...options, ...step }, seen.seconds, isOver);
      if (!level) return seen;
      const judged = { ...seen, levels: [...seen.levels, level] };
      const next = nextAfter(judged.levels, options, second.atMs);
      return isOver ? end(judged, reasonInTime(next)) : follow(judged, next);
    }
    case 'cool down':
      if (isOver) return end(seen, 'time');
      return isCalm(seen.seconds) ? go(seen, seen.planned!) : seen;
    default:
      return assertNever(step);
  }
}

/**
 * Ends the search before its time. Levels that were judged count.
 * @param failure why the search cannot go on, such as a service that is gone; absent if the run was stopped
 */
export function interrupt(search: Search, failure?: string): Search {
  return search.step.kind === 'answer' ? search : end(search, 'interrupted', failure);
}

/**
 * Ends the search because the service does not answer any more. It may have stopped for another reason than the load, so
 * the level before says nothing for certain, unless it held.
 */
export function interruptGone(search: Search, failure: string): Search {
  const last = search.levels.at(-1);
  if (search.step.kind === 'answer' || last === undefined || last.verdict === 'holds')
    return interrupt(search, failure);
  const levels = [...search.levels.slice(0, -1), { ...last, verdict: 'undecided', message: gone } as const];
  return interrupt({ ...search, levels }, failure);
}

/** The content of `capacity.json`. */
export function toCapacity({ options, step, levels }: Search): Capacity {
  const { axis, limits, leftOut, withinPercent, forMs, atMost, atLeast } = options;
  return {
    schema: 'fullhouse/capacity/1',
    axis,
    limits: limits.map(({ text }) => text),
    leftOut: [...leftOut],
    withinPercent,
    forMs,
    atMost,
    atLeast,
    levels: [...levels],
    answer: step.kind === 'answer' ? step.answer : null,
    scalability: step.kind === 'answer' ? scalabilityOf(axis, levels) : null,
  };
}

/** Why a search ends with its time: more time would not have helped if its highest level has held. */
function reasonInTime(next: Next): CapacityAnswer['endedBy'] {
  return next.kind === 'end' && next.endedBy === 'at most' ? 'at most' : 'time';
}

function follow(search: Search, next: Next): Search {
  if (next.kind === 'end') return end(search, next.endedBy);
  const last = search.levels.at(-1)!;
  const isCalmNow = last.verdict !== 'breaks' && next.plan.level >= last.level;
  if (isCalmNow) return go(search, next.plan);
  const number = search.step.number + 1;
  return { ...search, step: { kind: 'cool down', number }, planned: next.plan, seconds: [] };
}

function go(search: Search, plan: Plan): Search {
  const number = search.step.number + 1;
  return { ...search, step: { kind: 'level', number, ...plan }, planned: null, seconds: [] };
}

function end(search: Search, endedBy: CapacityAnswer['endedBy'], failure?: string): Search {
  const number = search.step.number + 1;
  const answer = answerOf(search.levels, search.options, endedBy, failure);
  return { ...search, step: { kind: 'answer', number, answer }, planned: null, seconds: [] };
}
