import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../kernel/clock.ts';
import {
  type Arrivals,
  arrivals,
  changes,
  isArrivals,
  peakUsers,
  type Schedule,
  type Users,
} from './schedules/index.ts';

export interface LetIn {
  readonly schedule: Schedule;
  readonly clock: Clock;
  /** The release of the barrier; the schedule counts from it. */
  readonly startedAt: number;
  /** Aborts when nobody shall arrive any more. */
  readonly signal: AbortSignal;
  /**
   * Begins one session; resolves at its end, with whether it was a success. It must not throw. `index` counts the arrivals
   * of the schedule.
   */
  begin(index: number, intendedAt: number): Promise<boolean>;
  /** An arrival that found the crowd full. */
  full(): void;
}

/** Lets participants in as the schedule says, until it ends; resolves when the last one has arrived. */
export async function letIn(options: LetIn): Promise<void> {
  try {
    const { schedule } = options;
    if (isArrivals(schedule)) await letArrive(schedule, options);
    else await holdUsers(schedule, options);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

/** Arrivals that are due together are begun in bunches of this size; in between, answers get their turn. */
const BUNCH = 50;

async function letArrive(
  schedule: Arrivals,
  { clock, startedAt, signal, begin, full }: LetIn,
): Promise<void> {
  const most = peakUsers(schedule);
  let active = 0;
  let index = 0;
  for (const dueMs of arrivals(schedule)) {
    const due = startedAt + dueMs;
    if (clock.now() < due) await clock.until(due, signal);
    else if (index % BUNCH === BUNCH - 1) await turn();
    signal.throwIfAborted();
    if (active >= most) {
      full();
    } else {
      active += 1;
      void begin(index, due).then(() => {
        active -= 1;
      });
    }
    index += 1;
  }
}

/** A session that failed is replaced no sooner after its start: a dead service must not turn the crowd into a busy loop. */
const FAILED_SESSION_MS = 1000;
/** One that succeeded made calls, as a rule. A journey that does nothing must not turn into a busy loop either. */
const SHORTEST_SESSION_MS = 1;

/**
 * Keeps as many sessions going as the schedule wants; one that ends is replaced at once. If successful ones waited too,
 * short sessions would all begin in the same moment of each second.
 */
async function holdUsers(schedule: Users, { clock, startedAt, signal, begin }: LetIn): Promise<void> {
  let wanted = 0;
  let active = 0;
  let index = 0;
  const session = async (due: number) => {
    active += 1;
    const shortestMs = (await begin(index++, due)) ? SHORTEST_SESSION_MS : FAILED_SESSION_MS;
    await clock.until(due + shortestMs, signal).catch(() => undefined); // the signal is looked at next
    active -= 1;
    fill(clock.now());
  };
  const fill = (due: number) => {
    while (active < wanted && !signal.aborted) void session(due);
  };
  for (const { dueMs, users } of changes(schedule)) {
    const due = startedAt + dueMs;
    if (clock.now() < due) await clock.until(due, signal);
    signal.throwIfAborted();
    wanted = users;
    fill(due);
  }
}
