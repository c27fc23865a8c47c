import type { EncodedWindow } from '../timings/encoded.ts';
import { busiestSecondUsers, durationMs, peakUsers, type Schedule } from './schedules/index.ts';

const SECOND_MS = 1000;

/**
 * How many participants of one kind were there at a time, over all shares. A second counts with the mean over its time:
 * sixty who are all gone after a tenth of it were six.
 */
export class Attendance {
  /** Of each second, what each share had in it. */
  readonly #seconds = new Map<number, Map<number, Pick<EncodedWindow, 'users' | 'userMs'>>>();
  #most = 0;
  #peak = 0;

  /** Windows of one share; one that comes again replaces what it was before. */
  add(share: number, windows: readonly EncodedWindow[]): void {
    for (const { index, users, userMs } of windows) {
      const shares = this.#seconds.get(index) ?? new Map();
      this.#seconds.set(index, shares.set(share, { users, userMs }));
      let [sum, peak] = [0, 0];
      for (const { users, userMs = users * SECOND_MS } of shares.values()) {
        sum += userMs / SECOND_MS;
        peak += users;
      }
      this.#most = Math.max(this.#most, sum);
      this.#peak = Math.max(this.#peak, peak);
    }
  }

  /** Seconds before this one do not change any more. */
  forget(before: number): void {
    for (const second of this.#seconds.keys()) if (second < before) this.#seconds.delete(second);
  }

  /**
   * The most users of a schedule that were there at a time, by the mean of the busiest second. A schedule that asks for
   * its most users for a part of a second alone is compared with what it asks for in its busiest second: a crowd that kept
   * to a steep ramp has reached its end. Of a schedule shorter than a second, the most in any instant counts.
   */
  reached(schedule: Schedule): number {
    if (durationMs(schedule) < SECOND_MS) return this.#peak;
    const scale = peakUsers(schedule) / busiestSecondUsers(schedule);
    return Math.min(this.#peak, this.#most * scale);
  }
}
