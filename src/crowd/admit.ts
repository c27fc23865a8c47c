import { setImmediate as turn } from 'node:timers/promises';
import { type Admission, limitedArrivals, replacedUsers } from './admission.ts';
import {
  type Arrivals,
  arrivals,
  changes,
  isArrivals,
  peakUsers,
  type Schedule,
  type Users,
} from './schedules/index.ts';

export interface ScheduledAdmission extends Admission {
  readonly schedule: Schedule;
  /** The release of the barrier; the schedule counts from it. */
  readonly startedAt: number;
}

/** Admits participants by the schedule. Resolves when the last one has arrived. */
export async function admitParticipants(options: ScheduledAdmission): Promise<void> {
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

async function admitArrivals(schedule: Arrivals, options: ScheduledAdmission): Promise<void> {
  const { clock, startedAt, signal } = options;
  const arrive = limitedArrivals(options, peakUsers(schedule));
  let index = 0;
  for (const dueMs of arrivals(schedule)) {
    const due = startedAt + dueMs;
    if (clock.now() < due) await clock.until(due, signal);
    else if (index % BUNCH === BUNCH - 1) await turn();
    signal.throwIfAborted();
    arrive(due);
    index += 1;
  }
}

/** Keeps as many sessions active as the schedule asks for. */
async function holdUsers(schedule: Users, options: ScheduledAdmission): Promise<void> {
  const { clock, startedAt, signal } = options;
  const hold = replacedUsers(options);
  for (const { dueMs, users } of changes(schedule)) {
    const due = startedAt + dueMs;
    if (clock.now() < due) await clock.until(due, signal);
    signal.throwIfAborted();
    hold(users, due);
  }
}
