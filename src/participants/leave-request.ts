import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';

/**
 * Asks the participants of a slice to leave, each at an instant of its own. If all of them left in the same moment, the
 * service would be judged by a burst that is no part of the load.
 *
 * A participant that thinks goes on to the end of its pause; where that is too far away, it leaves at an instant that is
 * evenly spread over the time in which all have to begin to leave. One that waits for an answer gets it first.
 */
export class LeaveRequest {
  readonly #clock: Clock;
  /** When the last participant begins to leave, in ms of the clock; infinite until they are asked. */
  #by = Number.POSITIVE_INFINITY;
  /** Ends all pauses: each of them is looked at again. One signal for all: the clock listens to it once. */
  #change = new AbortController();
  /** Pauses that may end for a reason of their own. A plain set: a listener for each makes each pause as dear as there are users. */
  readonly #ownPauses = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isAsked(): boolean {
    return this.#by !== Number.POSITIVE_INFINITY;
  }

  /** All have begun to leave after this many ms. Asked again, it can only become sooner. */
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
   * Waits until `due`, in ms of the clock, or until the participant shall leave.
   * @param random of the participant: the same seed gives the same instant
   * @param own ends the pause for a reason of its own
   * @returns true at `due`; false where the participant shall leave now, and where `own` aborted
   */
  pause(due: number, random: Random, own?: AbortSignal): Promise<boolean> {
    if (own !== undefined || due > this.#by) return this.#pauseAgain(due, random, own);
    // Nearly all pauses of a run: one promise, and no async function around it.
    return this.#clock
      .until(due, this.#change.signal)
      .then(this.#goesOn, () => this.#pauseAgain(due, random));
  }

  /** Whether a participant whose pause is over goes on. */
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

  /** False where something changed before. */
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
    // Only the signal makes the clock reject.
    return this.#clock.until(until, signal).then(
      () => true,
      () => false,
    );
  }
}
