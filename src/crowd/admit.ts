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

export interface Admission {
  readonly schedule: Schedule;
  readonly clock: Clock;
  /** The release of the barrier; the schedule counts from it. */
  readonly startedAt: number;
  /** Aborts when no further participant may arrive. */
  readonly signal: AbortSignal;
  /**
   * Starts one session. Resolves at its end with true for a success. It must not throw. `index` counts the arrivals
   * of the schedule.
   */
  begin(index: number, intendedAt: number): Promise<boolean>;
  /** Called for an arrival while all users are active. */
  full(): void;
}

/** Admits participants by the schedule. Resolves when the last one has arrived. */
export async function admitParticipants(options: Admission): Promise<void> {
  try {
    const { schedule } = options;
    if (isArrivals(schedule)) await admitArrivals(schedule, options);
    else await holdUsers(schedule, options);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

/** Arrivals that are due together start in batches of this size; between batches, the loop handles answers. */
const BUNCH = 50;

async function admitArrivals(
  schedule: Arrivals,
  { clock, startedAt, signal, begin, full }: Admission,
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

/**
 * A session that failed is replaced no sooner after its start: a dead service must not turn the crowd into a busy
 * loop.
 */
const FAILED_SESSION_MS = 1000;
/** A session that succeeded has usually made calls. A journey that does nothing must not cause a busy loop either. */
const SHORTEST_SESSION_MS = 1;

/**
 * Keeps as many sessions active as the schedule asks for and replaces an ended one at once. If successful ones waited
 * too, short sessions would all start at the same point of each second.
 */
async function holdUsers(schedule: Users, { clock, startedAt, signal, begin }: Admission): Promise<void> {
  let wanted = 0;
  let active = 0;
  let index = 0;
  const session = async (due: number) => {
    active += 1;
    const shortestMs = (await begin(index++, due)) ? SHORTEST_SESSION_MS : FAILED_SESSION_MS;
    await clock.until(due + shortestMs, signal).catch(() => undefined); // the next line checks the signal
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
