import { systemClock } from '../../../kernel/clock.ts';

/** The clock and the timers of a flow. Tests replace them by a virtual clock. */
export interface Timers {
  now(): number;
  after(ms: number, act: () => void): unknown;
  cancel(timer: unknown): void;
}

export const systemTimers: Timers = {
  now: systemClock.now,
  after: (ms, act) => setTimeout(act, ms),
  cancel: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};
