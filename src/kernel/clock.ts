import { setTimeout as pause } from 'node:timers/promises';

/**
 * Time as the harness sees it, so that schedules and recorders can be driven by a virtual clock.
 * `now()` is milliseconds with sub-microsecond resolution from an origin that all processes of this machine
 * share (CLOCK_MONOTONIC): instants of two workers can be subtracted, and an adjusted wall clock moves nothing.
 */
export interface Clock {
  now(): number;
  /** Resolves at `due` (same scale as `now()`), at once when it has passed; rejects when `signal` aborts. */
  until(due: number, signal?: AbortSignal): Promise<void>;
}

// performance.now() is much cheaper than hrtime.bigint(), but counts from the start of the process. The offset
// between the two is constant, because both read the same monotonic clock.
const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export const systemClock: Clock = {
  now: () => performance.now() + offset,
  async until(due, signal) {
    signal?.throwIfAborted();
    const remaining = due - systemClock.now();
    // Timers fire up to 1 ms late but never early by more than their rounding: ceil keeps "due" a lower bound.
    if (remaining > 0) await pause(Math.ceil(remaining), undefined, { signal });
  },
};
