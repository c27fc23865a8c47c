import { limitsOf, rateOf } from './defaults.ts';
import type { OpenKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, rate, refuse, users } from './rules.ts';
import { cap, count, span } from './wording.ts';

/** Arrivals at even intervals. While `maxUsers` users are active, arrivals are dropped, and the report counts them. */
export interface ConstantArrivalRate extends ScheduleData {
  readonly kind: 'constant-arrival-rate';
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly maxUsers: number;
}

export function constantArrivalRate(
  ratePerSecond: number,
  { durationMs, maxUsers }: { durationMs: number; maxUsers: number },
): ConstantArrivalRate {
  const rules = { ratePerSecond: rate, durationMs: duration, maxUsers: users };
  refuse('constant-arrival-rate', brokenRules({ ratePerSecond, durationMs, maxUsers }, rules));
  return { kind: 'constant-arrival-rate', ratePerSecond, durationMs, maxUsers };
}

export const constantArrivalRateKind: OpenKind<ConstantArrivalRate> = {
  kind: 'constant-arrival-rate',
  isOpen: true,
  requests: 'arrivals',
  whenFull: 'dropped',
  usage: '[RATE] [for TIME] [max USERS]',
  example: 'constant-arrival-rate 20/s for 60s max 50',
  parse: (parts, defaults) => constantArrivalRate(rateOf(parts, defaults), limitsOf(parts, defaults)),
  describe: ({ ratePerSecond, durationMs, maxUsers }) =>
    `${count(ratePerSecond, 'arrival')} per second for ${span(durationMs)}, ${cap(maxUsers)}.`,
  *due({ ratePerSecond, durationMs }) {
    // Multiply first: 1000/3 * 3 is below 1000, so a fourth arrival would be due within the first second.
    for (let index = 0; ; index++) {
      const dueMs = (index * 1000) / ratePerSecond;
      if (dueMs >= durationMs) return;
      yield dueMs;
    }
  },
  peak: ({ maxUsers }) => maxUsers,
  durationMs: ({ durationMs }) => durationMs,
};
