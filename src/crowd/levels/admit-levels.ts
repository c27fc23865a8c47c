import { setImmediate as turn } from 'node:timers/promises';
import { seeded } from '../../kernel/random.ts';
import { type Admission, limitedArrivals, replacedUsers } from '../admission.ts';
import { divide } from '../schedules/index.ts';
import type { Slice } from '../schedules/slice.ts';
import type { LevelKind, LevelOrder } from './order.ts';

/** A crowd whose level is decided while it runs. */
export interface Levels {
  readonly kind: LevelKind;
  /** The part of each level that this slice hosts. */
  readonly part: Slice;
  /** Of the crowd: the same seed and orders give the same arrivals. */
  readonly seed: string;
  /** The most users that are active at a time in this slice, if arrivals are counted. */
  readonly mostUsers: number;
  /** The next order; null at the end. */
  next(): Promise<LevelOrder | null>;
}

interface LevelAdmission extends Admission {
  readonly levels: Levels;
  /** Asks all participants that are here to leave. Later ones are not asked. */
  empty(): void;
}

/** New users of a level arrive within this time, one after the other: together, they would be a load of their own. */
export const SPREAD_MS = 5000;

/** Admits participants as the orders say. Resolves after the last order, or when the signal aborts. */
export async function admitLevels(options: LevelAdmission): Promise<void> {
  const { levels, clock, signal, empty } = options;
  const begin = levels.kind === 'users' ? userLevels(options) : arrivalLevels(options);
  let current = new AbortController();
  for (let order = await levels.next(); order !== null && !signal.aborted; order = await levels.next()) {
    // The level before goes on until this one begins.
    await clock.until(order.startAt, signal).catch(() => undefined);
    current.abort();
    current = new AbortController();
    begin(order, AbortSignal.any([current.signal, signal])).catch(() => undefined); // the level is over
    if (order.level === 0) empty();
  }
  current.abort();
  await begin(END, signal);
}

/** After the last order, no user is replaced. */
const END: LevelOrder = { number: Number.POSITIVE_INFINITY, level: 0, startAt: 0 };

type BeginLevel = (order: LevelOrder, signal: AbortSignal) => Promise<void>;

/** A level of users: new ones arrive one after the other over all slices, and each user that leaves is replaced. */
function userLevels(options: LevelAdmission): BeginLevel {
  const { clock, levels } = options;
  const { index, of } = levels.part;
  const hold = replacedUsers(options);
  let here = 0;
  return async ({ level, startAt }, signal) => {
    const wanted = divide(level, index, of);
    if (wanted <= here) {
      here = wanted;
      hold(here, clock.now());
      return;
    }
    const more = wanted - here;
    for (let place = 0; place < more; place++) {
      const due = startAt + ((place + (index - 1) / of) * SPREAD_MS) / more;
      if (clock.now() < due) await clock.until(due, signal);
      signal.throwIfAborted();
      here += 1;
      hold(here, due);
    }
  };
}

/** Arrivals that are due together start in batches of this size; between batches, the loop handles answers. */
const BUNCH = 50;

/**
 * A level of arrivals: exponential gaps, each slice its part of the rate. Independent Poisson streams add up to one of
 * the sum of their rates.
 */
function arrivalLevels(options: LevelAdmission): BeginLevel {
  const { clock, levels } = options;
  const { seed, part, mostUsers } = levels;
  const arrive = limitedArrivals(options, mostUsers);
  return async ({ number, level, startAt }, signal) => {
    if (level === 0) return;
    const random = seeded(seed, 'arrivals', number, part.index);
    const gapMs = (1000 * part.of) / level;
    let due = startAt;
    for (let index = 0; ; index++) {
      // 1 − u is in (0, 1], so its logarithm is finite.
      due -= Math.log(1 - random()) * gapMs;
      if (clock.now() < due) await clock.until(due, signal);
      else if (index % BUNCH === BUNCH - 1) await turn();
      signal.throwIfAborted();
      arrive(due);
    }
  };
}
