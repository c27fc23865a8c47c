import type { TimedValue } from '../statistics/theil-sen.ts';
import type { Round, Sample } from './evidence.ts';
import { MOST_DESCRIPTORS } from './gauges.ts';
import { metricOf } from './metric.ts';

/** How the names of the readings of a process begin. All others were read from its metrics. */
const OF_PROCESS = 'os.';

/** Rests that may end before the collection, such as the last one of a soak that was stopped. */
const MISSED_RESTS = 1;

/** What the metrics of a soak are judged by. */
export interface Material {
  readonly rounds: readonly Round[];
  readonly samples: readonly Sample[];
  /** Sessions that were started up to the end of each round. */
  readonly sessions: ReadonlyMap<number, number>;
  /** The samples in the last half of the rest of each round: what a service keeps for a while has gone. */
  readonly atRest: ReadonlyMap<number, readonly Sample[]>;
}

/** One value per round. */
export interface RoundValue {
  readonly round: number;
  readonly atMs: number;
  readonly value: number;
  /** Sessions up to the end of the round. */
  readonly sessions: number;
}

export function materialOf(rounds: readonly Round[], samples: readonly Sample[]): Material {
  const inOrder = [...rounds].sort((one, other) => one.number - other.number);
  let started = 0;
  const sessions = new Map(
    inOrder.map(({ number, sessions }) => {
      started += sessions.started;
      return [number, started];
    }),
  );
  const middles = new Map(
    inOrder.map(({ number, endedAtMs, restedAtMs }) => [number, (endedAtMs + (restedAtMs ?? endedAtMs)) / 2]),
  );
  const atRest = new Map<number, Sample[]>(inOrder.map(({ number }) => [number, []]));
  for (const sample of samples)
    if (sample.state === 'resting' && sample.atMs >= (middles.get(sample.round) ?? 0))
      atRest.get(sample.round)?.push(sample);
  return { rounds: inOrder, samples, sessions, atRest };
}

/**
 * The names of all counts and sizes. A count without a change is listed only if its name is known: a service may publish
 * hundreds of constants. A count with fractions is no count.
 */
export function watchedNames({ rounds, samples }: Material): string[] {
  const readings = [
    ...samples.map(({ values }) => values),
    ...rounds.flatMap(({ rest }) => (rest === null ? [] : [rest])),
  ];
  const seen = new Map<string, { isWhole: boolean; isConstant: boolean; first: number }>();
  for (const values of readings) {
    for (const [name, value] of Object.entries(values)) {
      const known = seen.get(name);
      if (!known) seen.set(name, { isWhole: Number.isInteger(value), isConstant: true, first: value });
      else {
        known.isWhole &&= Number.isInteger(value);
        known.isConstant &&= value === known.first;
      }
    }
  }
  return [...seen].flatMap(([name, { isWhole, isConstant }]) => {
    if (name === MOST_DESCRIPTORS) return [];
    const { kind, label } = metricOf(name);
    return kind === 'memory' || (isWhole && !(isConstant && label === name)) ? [name] : [];
  });
}

/**
 * The value of a count after each full round: the lowest in the last half of its rest, because a reading may catch the
 * connection of another client.
 */
export function restsOf(name: string, { rounds, atRest, sessions }: Material): RoundValue[] {
  return rounds.flatMap(({ number, rest, restedAtMs }) => {
    if (rest === null || restedAtMs === null) return [];
    const readings = [rest, ...(atRest.get(number) ?? []).map(({ values }) => values)];
    const values = readings.flatMap((one) => valueIn(one, name) ?? []);
    if (values.length === 0) return [];
    return { round: number, atMs: restedAtMs, value: Math.min(...values), sessions: sessions.get(number)! };
  });
}

/**
 * A series with labels that is missing is 0, if others were read: clients of Prometheus leave out the kinds of resources
 * that do not exist.
 */
function valueIn(values: Readonly<Record<string, number>>, name: string): number | undefined {
  if (Object.hasOwn(values, name)) return values[name];
  const wasRead = Object.keys(values).some((other) => !other.startsWith(OF_PROCESS));
  return name.includes('{') && wasRead ? 0 : undefined;
}

/**
 * The heap after the collection in each rest, if the service collects in (nearly) each one: nobody used it then, so these
 * are the most exact floors. Empty otherwise.
 */
export function collectedAtRest(
  name: string,
  { rounds, samples, sessions }: Material,
): (TimedValue & { readonly sessions: number })[] {
  const last = new Map<string, Sample>();
  for (const sample of samples)
    if (sample.values[name] !== undefined) last.set(`${sample.round} ${sample.state}`, sample);
  const collected = rounds.flatMap(({ number }) => {
    const [working, resting] = [last.get(`${number} working`), last.get(`${number} resting`)];
    const value = resting?.values[name];
    if (value === undefined || value === working?.values[name]) return [];
    return [{ at: resting!.atMs, value, sessions: sessions.get(number)! }];
  });
  return collected.length >= rounds.length - MISSED_RESTS ? collected : [];
}

/**
 * The lowest value of a size in each block of time, and the sessions up to then. With `isHeld`, the metric keeps its value
 * until the next measurement, such as the heap after the last collection: then only blocks with a new value count, from that
 * value on.
 *
 * @param starts of the blocks in ascending order; each block ends where the next one starts
 */
export function floorsOf(
  name: string,
  { samples, rounds, sessions }: Material,
  { starts, isHeld = false }: { starts: readonly number[]; isHeld?: boolean },
): (TimedValue & { readonly sessions: number })[] {
  const floors = new Map<number, TimedValue>();
  let block = -1;
  let [held, heldSince] = [Number.NaN, -1];
  for (const { atMs, values } of samples) {
    while (block + 1 < starts.length && atMs >= starts[block + 1]!) block++;
    const value = values[name];
    if (value === undefined) continue;
    if (value !== held) [held, heldSince] = [value, block];
    if (block < 0 || (isHeld && heldSince !== block)) continue;
    const floor = floors.get(block);
    if (!floor || value < floor.value) floors.set(block, { at: atMs, value });
  }
  return [...floors.values()].map((floor) => ({
    ...floor,
    sessions: sessionsAt(floor.at, rounds, sessions),
  }));
}

/** Sessions start evenly while a round works. */
function sessionsAt(atMs: number, rounds: readonly Round[], sessions: ReadonlyMap<number, number>): number {
  let before = 0;
  for (const { number, startedAtMs, endedAtMs } of rounds) {
    const after = sessions.get(number)!;
    if (atMs < startedAtMs) return before;
    if (atMs < endedAtMs)
      return before + ((after - before) * (atMs - startedAtMs)) / Math.max(1, endedAtMs - startedAtMs);
    before = after;
  }
  return before;
}
