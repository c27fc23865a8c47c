import { systemClock } from '../../../kernel/clock.ts';

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
