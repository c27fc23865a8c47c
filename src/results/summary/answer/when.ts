import type { MergedTimings } from '../../../timings/merged-timings.ts';
import { emptySecond, type Second } from '../../../timings/worst-window.ts';
import type { Summary } from '../schema.ts';
import { addSecond } from '../series.ts';
import { type Amount, type Measure, NOTHING, plus, standsOut } from './measure.ts';

/** A time of the run in seconds since its start. */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
  /** The trouble lasted until the end of the run. */
  readonly isOpen: boolean;
  /** The time before the bad calls in which no call ended at all. */
  readonly silence?: { readonly fromS: number; readonly toS: number };
}

type Shown = Pick<Summary, 'series' | 'timeline' | 'run'>;

/** A larger part of the run is simply the run. */
const MOST_OF_THE_RUN = 0.8;

/**
 * The time that alone causes a missed target; undefined if no time stands out. The drain does not count: participants
 * only leave in it, so its calls are of another mix.
 */
export function timeOf(measure: Measure, timings: MergedTimings, summary: Shown): Span | undefined {
  const { everyS } = summary.series;
  const amounts = amountsOverTime(measure, timings, summary);
  const [from, to] = worstStretch(amounts);
  const withCalls = amounts.filter(({ calls }) => calls > 0).length;
  if (to - from > MOST_OF_THE_RUN * withCalls) return undefined;
  if (!standsOut(sum(amounts.slice(from, to)), sum(amounts))) return undefined;
  const last = amounts.findLastIndex(({ calls }) => calls > 0);
  const span = { fromS: from * everyS, toS: to * everyS, isOpen: to > last };
  const silence = silenceBefore(span, summary);
  return silence === undefined ? span : { ...span, fromS: Math.min(span.fromS, silence.fromS), silence };
}

/** The amount in each window of the series. Each second is decoded once. */
function amountsOverTime(
  { operation, of }: Measure,
  timings: MergedTimings,
  { series: { everyS, points }, run: { scheduleS } }: Shown,
): Amount[] {
  const inSchedule = Math.min(points, Math.max(1, Math.ceil(scheduleS / everyS)));
  return Array.from({ length: inSchedule }, (_, point) => {
    let amount = NOTHING;
    for (let second = point * everyS; second < (point + 1) * everyS; second++) {
      const operations = new Map<string, Second>();
      const actions = addSecond(timings.windows.get(second) ?? [], operations);
      amount = plus(
        amount,
        of(operation === undefined ? actions : (operations.get(operation) ?? emptySecond())),
      );
    }
    return amount;
  });
}

/** The consecutive windows with the largest sum of excess (Kadane's algorithm): from the first one up to `to`. */
function worstStretch(amounts: readonly Amount[]): [from: number, to: number] {
  let [best, bestFrom, bestTo] = [0, 0, 0];
  let [current, from] = [0, 0];
  for (const [index, { excess }] of amounts.entries()) {
    if (current <= 0) [current, from] = [0, index];
    current += excess;
    if (current > best) [best, bestFrom, bestTo] = [current, from, index + 1];
  }
  return [bestFrom, bestTo];
}

/** Fewer seconds without an answer are usual. */
const SHORTEST_SILENCE_S = 2;
/** With fewer calls in a usual second, a second without a call means nothing. */
const USUAL_CALLS = 3;

/**
 * The silence that ended within the span. Slow calls are recorded when they end, so the calls of a service
 * that stands still appear in the second in which it continues, after seconds in which no call ended.
 */
function silenceBefore({ fromS, toS }: Pick<Span, 'fromS' | 'toS'>, { timeline }: Shown): Span['silence'] {
  const busy = timeline.map(({ total }) => total).filter((total) => total > 0);
  const usual = busy.sort((one, other) => one - other)[Math.floor(busy.length / 2)] ?? 0;
  if (usual < USUAL_CALLS) return undefined;
  const [longest] = silences(timeline)
    .filter((one) => one.toS >= fromS && one.toS < toS && lengthOf(one) >= SHORTEST_SILENCE_S)
    .sort((one, other) => lengthOf(other) - lengthOf(one));
  return longest;
}

/** The times between two calls in which no call ended. */
function silences(timeline: Shown['timeline']): { fromS: number; toS: number }[] {
  const withCalls = timeline.flatMap(({ second, total }) => (total > 0 ? [second] : []));
  return withCalls.slice(1).map((toS, index) => ({ fromS: withCalls[index]! + 1, toS }));
}

const lengthOf = ({ fromS, toS }: { readonly fromS: number; readonly toS: number }) => toS - fromS;

function sum(amounts: readonly Amount[]): Amount {
  return amounts.reduce(plus, NOTHING);
}
