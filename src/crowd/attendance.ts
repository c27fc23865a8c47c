import type { EncodedWindow } from '../timings/encoded.ts';
import { busiestSecondUsers, durationMs, peakUsers, type Schedule } from './schedules/index.ts';

const SECOND_MS = 1000;

/**
 * The number of participants of one kind over time, over all slices. A second counts with the mean over its duration:
 * sixty participants that all leave after a tenth of it count as six.
 */
export class Attendance {
  /** For each second, the participants of each slice. */
  readonly #seconds = new Map<number, Map<number, Pick<EncodedWindow, 'users' | 'userMs'>>>();
  #most = 0;
  #peak = 0;

  /** Adds windows of one slice; a window that comes again replaces its earlier version. */
  add(slice: number, windows: readonly EncodedWindow[]): void {
    for (const { index, users, userMs } of windows) {
      const slices = this.#seconds.get(index) ?? new Map();
      this.#seconds.set(index, slices.set(slice, { users, userMs }));
      let [sum, peak] = [0, 0];
      for (const { users, userMs = users * SECOND_MS } of slices.values()) {
        sum += userMs / SECOND_MS;
        peak += users;
      }
      this.#most = Math.max(this.#most, sum);
      this.#peak = Math.max(this.#peak, peak);
    }
  }

  /** Forgets the seconds before this one, which do not change any more. */
  forget(before: number): void {
    for (const second of this.#seconds.keys()) if (second < before) this.#seconds.delete(second);
  }

  /**
   * The peak of active users: the mean of the busiest second. If a schedule has its peak for only a part of a second,
   * its own busiest second is the reference, so that a crowd which followed a steep ramp has reached its end. For a
   * schedule shorter than a second, the highest number at any instant counts.
   */
  reached(schedule: Schedule): number {
    if (durationMs(schedule) < SECOND_MS) return this.#peak;
    const scale = peakUsers(schedule) / busiestSecondUsers(schedule);
    return Math.min(this.#peak, this.#most * scale);
  }
}
