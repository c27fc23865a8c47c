import type { Segment } from './kind.ts';
import { closedKind, ownSlice, type Users } from './schedule.ts';
import { divide } from './slice.ts';

/** From `dueMs` on, until the next change, `users` users are active. */
interface Change {
  readonly dueMs: number;
  readonly users: number;
}

/** How many users are active `elapsedMs` after the start; 0 before it, and 0 from the end on. */
export function usersAt(schedule: Users, elapsedMs: number): number {
  const { index, of } = ownSlice(schedule);
  return divide(usersOn(segments(schedule), elapsedMs), index, of);
}

/**
 * The instants at which `usersAt` changes, in order: the first at 0 ms, the last to 0 users. A crowd waits for the next
 * change instead of polling.
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

/**
 * The whole number of users nearest to the line; exactly half-way, the number that follows on the line. A segment
 * includes its first instant, not its last.
 */
function usersOn(segments: readonly Segment[], elapsedMs: number): number {
  let startMs = 0;
  for (const { from, to, durationMs } of segments) {
    const inside = elapsedMs - startMs;
    if (inside < 0) return 0;
    if (inside < durationMs) {
      const steps = Math.floor((Math.abs(to - from) * inside) / durationMs + 0.5);
      return from + Math.sign(to - from) * steps;
    }
    startMs += durationMs;
  }
  return 0;
}

/** Every instant at which the number of users may change, in order: the first at 0 ms, the last to 0 users. */
function* changesOn(segments: readonly Segment[]): Generator<Change, void> {
  let startMs = 0;
  for (const { from, to, durationMs } of segments) {
    const direction = Math.sign(to - from);
    if (durationMs > 0) yield { dueMs: startMs, users: from };
    // The number changes half-way between two whole numbers, as in usersOn.
    for (let step = 1; step <= Math.abs(to - from); step++) {
      yield {
        dueMs: startMs + ((step - 0.5) * durationMs) / Math.abs(to - from),
        users: from + direction * step,
      };
    }
    startMs += durationMs;
  }
  yield { dueMs: startMs, users: 0 };
}
