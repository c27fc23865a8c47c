/** A segment of time in which the number of users changes linearly. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
}

/** From `dueMs` on, until the next change, `users` users are active. */
export interface Change {
  readonly dueMs: number;
  readonly users: number;
}

export function segmentsEndMs(segments: readonly Segment[]): number {
  return segments.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

export function segmentsPeak(segments: readonly Segment[]): number {
  return Math.max(
    ...segments.filter(({ durationMs }) => durationMs > 0).flatMap(({ from, to }) => [from, to]),
  );
}

/**
 * The whole number of users nearest to the line; exactly half-way, the next one. A segment owns its first instant, not
 * its last.
 */
export function usersOn(segments: readonly Segment[], elapsedMs: number): number {
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

/** Every instant at which the number of users changes, in order: the first at 0, and the last one to no users. */
export function* changesOn(segments: readonly Segment[]): Generator<Change, void> {
  let startMs = 0;
  let users = -1;
  for (const { from, to, durationMs } of segments) {
    const direction = Math.sign(to - from);
    if (durationMs > 0 && from !== users) yield { dueMs: startMs, users: from };
    // The number changes half-way between two whole ones, as in usersOn.
    for (let step = 1; step <= Math.abs(to - from); step++) {
      yield {
        dueMs: startMs + ((step - 0.5) * durationMs) / Math.abs(to - from),
        users: from + direction * step,
      };
    }
    if (durationMs > 0) users = to;
    startMs += durationMs;
  }
  if (users !== 0) yield { dueMs: startMs, users: 0 };
}
