import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../src/kernel/clock.ts';

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/**
 * Time that moves only when a test says so, from one waiter's due time to the next. Between two instants all code
 * that can go on without waiting for time has gone on.
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

  /** How many wait for an instant: none when everything has ended. */
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
        // The real clock listens once for all waits.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', aborted);
      }
      this.#sleepers.add(sleeper);
    });
  }

  /** Moves time on to `end`, waking everybody on the way at exactly their instants. */
  async advanceTo(end: number): Promise<void> {
    await settled();
    for (let next = this.#next(); next !== undefined && next.due <= end; next = this.#next()) {
      this.#now = Math.max(this.#now, next.due);
      for (const sleeper of [...this.#sleepers]) if (sleeper.due <= this.#now) sleeper.wake();
      await settled();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Moves time on until `done` has settled; fails when nobody waits for time any more, or at `end`. */
  async runUntil<T>(done: Promise<T>, end = 86_400_000): Promise<T> {
    let over = false;
    const finished = done.finally(() => {
      over = true;
    });
    finished.catch(() => undefined); // looked at below
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

/** Lets everything run that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await turn();
}
