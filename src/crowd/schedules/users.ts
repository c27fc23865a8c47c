import { assertNever } from '../../kernel/errors.ts';
import { type ConstantUsers, constantUsersSegments } from './constant-users.ts';
import { type Hold, holdSegments } from './hold.ts';
import { type Ramp, rampSegments } from './ramp.ts';
import { type Change, changesOn, type Segment, usersOn } from './segments.ts';
import { divide, whole } from './share.ts';
import { type Spike, spikeSegments } from './spike.ts';
import { type Steps, stepsSegments } from './steps.ts';

/** Closed schedules: so many users are active at a time; who leaves is replaced. */
export type Users = ConstantUsers | Hold | Ramp | Steps | Spike;

/** How many users are active `elapsedMs` after the start; none before it, and none from the end on. */
export function usersAt(schedule: Users, elapsedMs: number): number {
  const { index, of } = schedule.share ?? whole;
  return divide(usersOn(segments(schedule), elapsedMs), index, of);
}

/**
 * The instants at which `usersAt` changes, in order: the first at 0, and the last one to no users. A crowd waits
 * for the next one instead of asking again and again.
 */
export function* changes(schedule: Users): Generator<Change, void> {
  const { index, of } = schedule.share ?? whole;
  let previous = -1;
  for (const { dueMs, users } of changesOn(segments(schedule))) {
    const mine = divide(users, index, of);
    if (mine !== previous) yield { dueMs, users: mine };
    previous = mine;
  }
}

/** A closed schedule as stretches of straight lines; a new one says here how it is drawn. */
export function segments(schedule: Users): Segment[] {
  switch (schedule.kind) {
    case 'constant-users':
      return constantUsersSegments(schedule);
    case 'hold':
      return holdSegments(schedule);
    case 'ramp':
      return rampSegments(schedule);
    case 'steps':
      return stepsSegments(schedule);
    case 'spike':
      return spikeSegments(schedule);
    default:
      return assertNever(schedule);
  }
}
