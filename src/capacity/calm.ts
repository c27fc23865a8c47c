import type { Second } from './second.ts';

/** Two calm seconds in a row: one second may be between two bursts. */
const CALM_S = 2;
/** Requests that are still in flight, from participants that have left. */
const IN_FLIGHT = 0.5;
/** After this time, the next level begins all the same: it settles before it is judged. */
const LONGEST_S = 30;

/**
 * Whether the run is calm after a level: its participants have left, and their calls have ended. The service may still
 * work on calls that nothing waits for; the next level shows that by its trend, and settles first.
 *
 * @param seconds of the cool-down, from its start
 */
export function isCalm(seconds: readonly Second[]): boolean {
  if (seconds.length >= LONGEST_S) return true;
  return (
    seconds.length > CALM_S &&
    seconds.slice(-CALM_S).every(({ users, inFlight }) => users < IN_FLIGHT && inFlight < IN_FLIGHT)
  );
}
