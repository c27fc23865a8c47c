import { type Arrivals, openKind, ownSlice } from './schedule.ts';

/** When each arrival is due, in milliseconds from the start: ascending, finite, each before the end. */
export function* arrivals(schedule: Arrivals): Generator<number, void> {
  const { index, of } = ownSlice(schedule);
  const kind = openKind(schedule);
  // A slice without room for a single user gets no arrivals: only slices with room share them.
  const dealt = Math.min(of, kind.peak(schedule));
  let turn = 1;
  for (const dueMs of kind.due(schedule)) {
    if (turn === index) yield dueMs;
    turn = turn === dealt ? 1 : turn + 1;
  }
}
