import { limitsOf, rateOf } from './defaults.ts';
import type { OpenKind } from './kind.ts';
import { brokenRules, duration, rate, refuse, users } from './rules.ts';
import type { Slice } from './slice.ts';
import { cap, count, span } from './wording.ts';

/** Arrivals at even intervals; one that finds `maxUsers` users active is dropped, and the report counts it. */
export interface ConstantArrivalRate {
  readonly kind: 'constant-arrival-rate';
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly maxUsers: number;
  readonly slice?: Slice;
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
    // Multiplied first: 1000/3 * 3 falls short of 1000, and a fourth arrival would slip into the first second.
    for (let index = 0; ; index++) {
      const dueMs = (index * 1000) / ratePerSecond;
      if (dueMs >= durationMs) return;
      yield dueMs;
    }
  },
  peak: ({ maxUsers }) => maxUsers,
  durationMs: ({ durationMs }) => durationMs,
};
