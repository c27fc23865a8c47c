import { TimingWheel, type Wait } from './timing-wheel.ts';

/**
 * The time of the harness; tests replace it by a virtual clock. `now()` is in milliseconds with sub-microsecond resolution,
 * from an origin that all processes of this machine share (CLOCK_MONOTONIC): instants of two workers can be subtracted, and
 * changes of the wall clock have no effect.
 */
export interface Clock {
  now(): number;
  /** Resolves at `due` (on the scale of `now()`), at once if it has passed. Rejects when `signal` aborts. */
  until(due: number, signal?: AbortSignal): Promise<void>;
}

// performance.now() is much cheaper than hrtime.bigint(), but counts from the start of the process. Their offset is
// constant, because both read the same monotonic clock. A delay between the two readings makes the offset smaller, so the
// largest of several readings is the best.
const offset = Math.max(
  ...Array.from({ length: 20 }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()),
);

const now = () => performance.now() + offset;

/** All waits of this process. */
export const wheel = new TimingWheel(now);

/** The waits of each signal. They share one listener, because an EventTarget with 10 000 listeners is slow. */
const waitsOf = new WeakMap<AbortSignal, Set<End>>();

type End = (error: AbortedWait) => void;

function endsOf(signal: AbortSignal): Set<End> {
  let ends = waitsOf.get(signal);
  if (!ends) {
    ends = new Set();
    waitsOf.set(signal, ends);
    const all = ends;
    signal.addEventListener(
      'abort',
      () => {
        // One error for all waits, because each new error would record its stack.
        const error = new AbortedWait(signal.reason);
        for (const end of all) end(error);
      },
      { once: true },
    );
  }
  return ends;
}

export const systemClock: Clock = {
  now,
  until(due, signal) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (due <= now()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (!signal) {
        wheel.at(due, resolve);
        return;
      }
      const ends = endsOf(signal);
      let wait: Wait | undefined;
      const end = (error: AbortedWait) => {
        ends.delete(end);
        wait?.cancel();
        reject(error);
      };
      ends.add(end);
      wait = wheel.at(due, () => {
        ends.delete(end);
        resolve();
      });
    });
  },
};

/** The same kind of error as that of Node's timers. */
class AbortedWait extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor(cause: unknown) {
    super('The operation was aborted', { cause });
  }
}
