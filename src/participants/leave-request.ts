import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';

/**
 * Asks the participants of a slice to leave, each at a different time. If all left at the same time, the results would
 * include a burst that is not part of the load.
 *
 * A pause ends at its due time if that is soon enough. Otherwise it ends at a random time, evenly distributed over the
 * time in which all have to begin to leave. A participant that waits for an answer receives it first.
 */
export class LeaveRequest {
  readonly #clock: Clock;
  /** The latest time to begin to leave, in ms of the clock; infinite before the request. */
  #by = Number.POSITIVE_INFINITY;
  /** Interrupts all pauses, so that each is computed again. One signal for all: the clock has one listener for it. */
  #change = new AbortController();
  /** Pauses that have their own signal. A plain set: the cost of a listener on one signal grows with its listeners. */
  readonly #ownPauses = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isAsked(): boolean {
    return this.#by !== Number.POSITIVE_INFINITY;
  }

  /** All begin to leave within this time. A second request can only make the time shorter. */
  ask(withinMs: number): void {
    const by = this.#clock.now() + withinMs;
    if (by >= this.#by) return;
    this.#by = by;
    const changed = this.#change;
    this.#change = new AbortController();
    changed.abort();
    for (const look of [...this.#ownPauses]) look();
  }

  /**
   * Waits until `due`, in ms of the clock, or until the participant has to leave.
   * @param random of the participant: the same seed gives the same time to leave
   * @param own ends this pause only
   * @returns true at `due`; false if the participant has to leave now, or if `own` aborted
   */
  pause(due: number, random: Random, own?: AbortSignal): Promise<boolean> {
    if (own !== undefined || due > this.#by) return this.#pauseAgain(due, random, own);
    // Nearly all pauses of a run take this path: one promise, without an async function.
    return this.#clock
      .until(due, this.#change.signal)
      .then(this.#goesOn, () => this.#pauseAgain(due, random));
  }

  /** Whether a participant continues after its pause. */
  readonly #goesOn = (): boolean => !this.isAsked;

  async #pauseAgain(due: number, random: Random, own?: AbortSignal): Promise<boolean> {
    let until = due;
    while (own?.aborted !== true) {
      if (until > this.#by) {
        const now = this.#clock.now();
        until = now + Math.max(0, this.#by - now) * random();
      }
      if (await this.#reached(until, own)) return this.#goesOn();
    }
    return false;
  }

  /** False if a signal ended the wait before. */
  async #reached(until: number, own: AbortSignal | undefined): Promise<boolean> {
    if (own === undefined) return this.#waited(until, this.#change.signal);
    const over = new AbortController();
    const end = () => over.abort();
    own.addEventListener('abort', end);
    this.#ownPauses.add(end);
    const isReached = await this.#waited(until, over.signal);
    this.#ownPauses.delete(end);
    own.removeEventListener('abort', end);
    return isReached;
  }

  #waited(until: number, signal: AbortSignal): Promise<boolean> {
    // The clock rejects only when the signal aborts.
    return this.#clock.until(until, signal).then(
      () => true,
      () => false,
    );
  }
}
