import { isArrivals, openKind, ownSlice, type Schedule, type Users } from './schedule.ts';
import { divide } from './slice.ts';
import { changes, segments } from './users.ts';

/** From the start until the last arrival; 0 when all users arrive at once. */
export function durationMs(schedule: Schedule): number {
  if (isArrivals(schedule)) return openKind(schedule).durationMs(schedule);
  return segments(schedule).reduce((sum, segment) => sum + segment.durationMs, 0);
}

/** The peak of active users; for an open schedule, the limit, which is fixed even while another slice has room. */
export function peakUsers(schedule: Schedule): number {
  const { index, of } = ownSlice(schedule);
  return divide(isArrivals(schedule) ? openKind(schedule).peak(schedule) : peakOf(schedule), index, of);
}

function peakOf(schedule: Users): number {
  const lasting = segments(schedule).filter((segment) => segment.durationMs > 0);
  return Math.max(...lasting.flatMap(({ from, to }) => [from, to]));
}

/**
 * The mean number of users in the busiest second of a schedule; seconds count from the start. For an open schedule,
 * which does not define its users over time, the limit of users.
 */
export function busiestSecondUsers(schedule: Schedule): number {
  if (isArrivals(schedule)) return peakUsers(schedule);
  let [most, userMs, users, at] = [0, 0, 0, 0];
  for (const change of changes(schedule)) {
    while (change.dueMs > at) {
      const end = Math.min(change.dueMs, (Math.floor(at / 1000) + 1) * 1000);
      userMs += users * (end - at);
      at = end;
      most = Math.max(most, userMs);
      if (at % 1000 === 0) userMs = 0;
    }
    users = change.users;
  }
  return most / 1000;
}

/** How many users a schedule asks for; 0 if it asks for arrivals and its limit of users is only a bound. */
export function requestedUsers(schedule: Schedule): number {
  if (isArrivals(schedule) && openKind(schedule).requests === 'arrivals') return 0;
  return peakUsers(schedule);
}

/**
 * The highest number of users that can be active when a session takes `sessionMs`: the schedule `sessions` starts only
 * one session per interval.
 */
export function reachableUsers(schedule: Schedule, sessionMs: number): number {
  const peak = peakUsers(schedule);
  if (schedule.kind !== 'sessions') return peak;
  return Math.min(peak, Math.ceil(Math.min(sessionMs, schedule.durationMs) / schedule.everyMs));
}

/**
 * Whether an arrival while all users are active is rejected by design or dropped. With dropped arrivals, the load is
 * smaller than requested.
 */
export function whenFull(schedule: Schedule): 'rejected' | 'dropped' {
  return isArrivals(schedule) ? openKind(schedule).whenFull : 'dropped';
}
