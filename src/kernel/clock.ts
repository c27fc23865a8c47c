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
// between the two is constant, because both read the same monotonic clock. Whatever gets between the two readings makes
// it smaller, so the largest of a few is the best one.
const offset = Math.max(
  ...Array.from({ length: 20 }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()),
);

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now() + offset,
  async until(due, signal) {
    signal?.throwIfAborted();
    // More than once at most times: timers count whole milliseconds of a clock that was rounded down, and fire up
    // to 1 ms early.
    for (let remaining = due - systemClock.now(); remaining > 0; remaining = due - systemClock.now()) {
      await pause(Math.min(Math.ceil(remaining), LONGEST_TIMER_MS), undefined, { signal });
    }
  },
};
