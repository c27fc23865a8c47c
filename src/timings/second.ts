/** The second of a run, from 0, in which an instant lies; `ms` counts from the start. */
export function secondAt(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}

/**
 * The second that a sample describes. A sample is taken about once a second and describes the time before it, and timers
 * are a little late or early: it belongs to the second that holds most of the last 1000 ms.
 */
export function sampledSecond(atMs: number): number {
  return Math.max(0, Math.round(atMs / 1000) - 1);
}
