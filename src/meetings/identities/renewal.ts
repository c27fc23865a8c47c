import type { Clock } from '../../kernel/clock.ts';

export interface RenewalOptions<Holder> {
  readonly everyMs: number;
  readonly clock: Clock;
  renew(holder: Holder): Promise<void>;
  /** Called after a failed renewal. The holder keeps its credentials, and the renewal is repeated. */
  onFailure(error: unknown): void;
}

/** Renewals that are due within this time are done together. */
const TICK_MS = 250;
const RETRY_MS = 5000;

/** Renews each holder at its own interval, with one timer for all. */
export class Renewal<Holder> {
  readonly #options: RenewalOptions<Holder>;
  readonly #due = new Map<Holder, number>();
  readonly #running = new Set<Promise<void>>();
  #isClosed = false;
  #isTurning = false;
  #waiting = new AbortController();

  constructor(options: RenewalOptions<Holder>) {
    this.#options = options;
  }

  add(holder: Holder): void {
    if (this.#isClosed) return;
    const { everyMs, clock } = this.#options;
    this.#due.set(holder, clock.now() + everyMs);
    if (!this.#isTurning) void this.#turn();
  }

  delete(holder: Holder): void {
    this.#due.delete(holder);
    // A timer without holders would keep the process alive.
    if (this.#due.size === 0) this.#waiting.abort();
  }

  /** Ends the timer and resolves when no renewal is running. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#due.clear();
    this.#waiting.abort();
    await Promise.all(this.#running);
  }

  async #turn(): Promise<void> {
    const { clock } = this.#options;
    this.#isTurning = true;
    try {
      while (this.#due.size > 0) {
        const next = this.#startDue(clock.now());
        this.#waiting = new AbortController();
        const { signal } = this.#waiting;
        await clock.until(next, signal).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        });
      }
    } finally {
      this.#isTurning = false;
    }
  }

  /** Starts the due renewals. @returns the time of the next check */
  #startDue(now: number): number {
    let next = now + this.#options.everyMs;
    for (const [holder, due] of this.#due) {
      if (due > now) next = Math.min(next, due);
      else {
        this.#due.set(holder, Number.POSITIVE_INFINITY); // until it is done
        const running = this.#renew(holder).finally(() => this.#running.delete(running));
        this.#running.add(running);
      }
    }
    // A failed renewal is due again before all others.
    if (this.#running.size > 0) next = Math.min(next, now + RETRY_MS);
    return Math.max(next, now + TICK_MS);
  }

  async #renew(holder: Holder): Promise<void> {
    const { everyMs, clock, renew, onFailure } = this.#options;
    let nextMs = everyMs;
    try {
      await renew(holder);
    } catch (error) {
      if (!this.#due.has(holder)) return;
      nextMs = Math.min(everyMs, RETRY_MS);
      onFailure(error);
    }
    if (this.#due.has(holder)) this.#due.set(holder, clock.now() + nextMs);
  }
}
