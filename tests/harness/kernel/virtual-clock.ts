import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../src/kernel/clock.ts';

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/**
 * A clock that moves only on request of a test, from one due time to the next. Between two instants, all code runs that
 * does not wait for time.
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#sleepers.size;
  }

  until(due: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (due <= this.#now) {
        resolve();
        return;
      }
      const aborted = () => {
        this.#sleepers.delete(sleeper);
        reject(signal!.reason);
      };
      const sleeper: Sleeper = {
        due,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', aborted);
          resolve();
        },
      };
      if (signal) {
        // The real clock needs one listener for all waits.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', aborted);
      }
      this.#sleepers.add(sleeper);
    });
  }

  /** Moves the clock to `end`, and wakes all waiters at exactly their due times. */
  async advanceTo(end: number): Promise<void> {
    await settled();
    for (let next = this.#next(); next !== undefined && next.due <= end; next = this.#next()) {
      this.#now = Math.max(this.#now, next.due);
      for (const sleeper of [...this.#sleepers]) if (sleeper.due <= this.#now) sleeper.wake();
      await settled();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Moves the clock until `done` has settled. Fails without waiters, or at `end`. */
  async runUntil<T>(done: Promise<T>, end = 86_400_000): Promise<T> {
    let over = false;
    const finished = done.finally(() => {
      over = true;
    });
    finished.catch(() => undefined); // handled below
    await settled();
    while (!over) {
      const next = this.#next();
      if (next === undefined)
        throw new Error(`nothing waits for time, and it is not done at ${this.#now} ms`);
      if (next.due > end) throw new Error(`not done at ${end} ms`);
      await this.advanceTo(next.due);
    }
    return finished;
  }

  #next(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) if (!first || sleeper.due < first.due) first = sleeper;
    return first;
  }
}

/** Runs all code that does not wait for time. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await turn();
}
