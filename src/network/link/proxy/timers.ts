import { systemClock } from '../../../kernel/clock.ts';

/** The time of a link: its clock, and a way to be woken. Tests drive it by a virtual clock. */
export interface Timers {
  now(): number;
  /** Returns what `cancel` takes. */
  after(ms: number, act: () => void): unknown;
  cancel(timer: unknown): void;
}

export const systemTimers: Timers = {
  now: systemClock.now,
  after: (ms, act) => setTimeout(act, ms),
  cancel: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** Does one thing at an instant of the clock, never before it: Node's own timers may be up to 1 ms early. */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;

  /** Replaces what was set before. `delayMs` is at most 24 days. */
  set(delayMs: number, act: () => void): void {
    const dueAt = systemClock.now() + delayMs;
    const wait = () => {
      const remaining = dueAt - systemClock.now();
      if (remaining > 0) this.#timer = setTimeout(wait, Math.ceil(remaining));
      else act();
    };
    this.clear();
    this.#timer = setTimeout(wait, Math.ceil(delayMs));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
