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
