import { closedKind, ownSlice, type Users } from './schedule.ts';
import { type Change, changesOn, type Segment, usersOn } from './segments.ts';
import { divide } from './slice.ts';

/** How many users are active `elapsedMs` after the start; 0 before it, and 0 from the end on. */
export function usersAt(schedule: Users, elapsedMs: number): number {
  const { index, of } = ownSlice(schedule);
  return divide(usersOn(segments(schedule), elapsedMs), index, of);
}

/**
 * The instants at which `usersAt` changes, in order: the first at 0, and the last one to no users. A crowd waits
 * for the next one instead of polling.
 */
export function* changes(schedule: Users): Generator<Change, void> {
  const { index, of } = ownSlice(schedule);
  let previous = -1;
  for (const { dueMs, users } of changesOn(segments(schedule))) {
    const mine = divide(users, index, of);
    if (mine !== previous) yield { dueMs, users: mine };
    previous = mine;
  }
}

/** A closed schedule as straight lines. */
export function segments(schedule: Users): Segment[] {
  return closedKind(schedule).segments(schedule);
}
