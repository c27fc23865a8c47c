import { counted, number } from '../kernel/figures.ts';
import { peakUsers, reachableUsers, requestedUsers, type Schedule } from './schedules/index.ts';
import { span } from './schedules/wording.ts';

/** What to change when fewer users were there than were asked for. */
export function hintForReach(schedule: Schedule): string {
  return schedule.kind === 'sessions'
    ? 'raise TEST_DURATION or lower ARRIVAL_INTERVAL_MS'
    : 'raise TEST_DURATION, or look for sessions that ended early';
}

/** One sentence before a run that cannot reach its users; `sessionMs`: the pauses of one session. */
export function reachWarning(schedule: Schedule, sessionMs: number): string | undefined {
  const reachable = reachableUsers(schedule, sessionMs);
  const peak = peakUsers(schedule);
  if (schedule.kind !== 'sessions' || requestedUsers(schedule) === 0 || reachable >= peak) return undefined;
  const why = `one session starts every ${span(schedule.everyMs)} and takes about ${span(sessionMs)}`;
  return `About ${number(reachable)} of ${counted(peak, 'user')} can be reached: ${why}. To reach them, ${hintForReach(schedule)}.`;
}
