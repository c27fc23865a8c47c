import { assertNever, UserError } from '../../kernel/errors.ts';
import { type Arrivals, mostUsers } from './arrivals.ts';
import { describeConstantRate } from './constant-arrival-rate.ts';
import { describeConstantUsers } from './constant-users.ts';
import { describeHold } from './hold.ts';
import { describePoisson } from './poisson.ts';
import { describeRamp } from './ramp.ts';
import { describeRampingRate } from './ramping-arrival-rate.ts';
import { segmentsEndMs, segmentsPeak } from './segments.ts';
import { describeSessions } from './sessions.ts';
import { compose, divide, whole } from './share.ts';
import { describeSimultaneously } from './simultaneously.ts';
import { describeSpike } from './spike.ts';
import { describeSteps } from './steps.ts';
import { changes, segments, type Users } from './users.ts';

/** When participants arrive: plain data, read by pure functions of the time since the start. No timers. */
export type Schedule = Arrivals | Users;

/** Open schedules say when somebody arrives (`arrivals`), closed ones how many are there (`usersAt`). */
export function isArrivals(schedule: Schedule): schedule is Arrivals {
  switch (schedule.kind) {
    case 'sessions':
    case 'constant-arrival-rate':
    case 'ramping-arrival-rate':
    case 'poisson':
    case 'simultaneously':
      return true;
    case 'constant-users':
    case 'hold':
    case 'ramp':
    case 'steps':
    case 'spike':
      return false;
    default:
      return assertNever(schedule);
  }
}

/** From the start until nobody arrives any more; 0 when everybody arrives at once. */
export function durationMs(schedule: Schedule): number {
  if (!isArrivals(schedule)) return segmentsEndMs(segments(schedule));
  return schedule.kind === 'simultaneously' ? 0 : schedule.durationMs;
}

/** The most users that are ever active at a time; of an open schedule, the most that are let in. */
export function peakUsers(schedule: Schedule): number {
  if (isArrivals(schedule)) return mostUsers(schedule);
  const { index, of } = schedule.share ?? whole;
  return divide(segmentsPeak(segments(schedule)), index, of);
}

/**
 * The mean number of users in the second in which a schedule wants most; seconds count from the start. Of an open schedule,
 * which does not say when it is full, its limit.
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

/** How many users a schedule asks for; 0 where it asks for arrivals, and its limit of users is a bound alone. */
export function requestedUsers(schedule: Schedule): number {
  switch (schedule.kind) {
    case 'constant-arrival-rate':
    case 'ramping-arrival-rate':
    case 'poisson':
      return 0;
    case 'sessions':
    case 'simultaneously':
    case 'constant-users':
    case 'hold':
    case 'ramp':
    case 'steps':
    case 'spike':
      return peakUsers(schedule);
    default:
      return assertNever(schedule);
  }
}

/**
 * How many users can be there at a time when a session takes `sessionMs`: a session of an open schedule that is over
 * makes no room for more than its interval lets arrive.
 */
export function reachableUsers(schedule: Schedule, sessionMs: number): number {
  const peak = peakUsers(schedule);
  if (schedule.kind !== 'sessions') return peak;
  return Math.min(peak, Math.ceil(Math.min(sessionMs, schedule.durationMs) / schedule.everyMs));
}

/**
 * The part that one worker runs; `index` counts from 1 to `of`. Every arrival belongs to exactly one share, and at
 * every instant the users of all shares add up to those of the whole. A share can be shared again.
 */
export function shareOf<One extends Schedule>(schedule: One, index: number, of: number): One {
  if (!Number.isSafeInteger(of) || of < 1 || !Number.isSafeInteger(index) || index < 1 || index > of) {
    throw new UserError(
      `There is no share ${index} of ${of}. Use whole numbers, the first from 1 to the second.`,
    );
  }
  return { ...schedule, share: compose(schedule.share ?? whole, { index, of }) };
}

/** One sentence, for the console, the log and the report alike. */
export function describe(schedule: Schedule): string {
  const sentence = describeWhole(schedule);
  if (schedule.share === undefined || schedule.share.of === 1) return sentence;
  const { index, of } = schedule.share;
  return `${sentence.slice(0, -1)} (share ${index} of ${of}).`;
}

function describeWhole(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'sessions':
      return describeSessions(schedule);
    case 'constant-arrival-rate':
      return describeConstantRate(schedule);
    case 'ramping-arrival-rate':
      return describeRampingRate(schedule);
    case 'poisson':
      return describePoisson(schedule);
    case 'simultaneously':
      return describeSimultaneously(schedule);
    case 'constant-users':
      return describeConstantUsers(schedule);
    case 'hold':
      return describeHold(schedule);
    case 'ramp':
      return describeRamp(schedule);
    case 'steps':
      return describeSteps(schedule);
    case 'spike':
      return describeSpike(schedule);
    default:
      return assertNever(schedule);
  }
}
