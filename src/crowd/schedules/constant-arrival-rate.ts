import { brokenRules, duration, rate, refuse, users } from './rules.ts';
import type { Share } from './share.ts';
import { cap, count, span } from './wording.ts';

/** Arrivals at even distances; one that finds `maxUsers` users active is dropped, and the report says so. */
export interface ConstantArrivalRate {
  readonly kind: 'constant-arrival-rate';
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly maxUsers: number;
  readonly share?: Share;
}

export function constantArrivalRate(
  ratePerSecond: number,
  { durationMs, maxUsers }: { durationMs: number; maxUsers: number },
): ConstantArrivalRate {
  const rules = { ratePerSecond: rate, durationMs: duration, maxUsers: users };
  refuse('constant-arrival-rate', brokenRules({ ratePerSecond, durationMs, maxUsers }, rules));
  return { kind: 'constant-arrival-rate', ratePerSecond, durationMs, maxUsers };
}

export function* constantRateDue({
  ratePerSecond,
  durationMs,
}: ConstantArrivalRate): Generator<number, void> {
  // Multiplied first: 1000/3 * 3 falls short of 1000, and a fourth arrival would slip into the first second.
  for (let index = 0; ; index++) {
    const dueMs = (index * 1000) / ratePerSecond;
    if (dueMs >= durationMs) return;
    yield dueMs;
  }
}

export function describeConstantRate({ ratePerSecond, durationMs, maxUsers }: ConstantArrivalRate): string {
  return `${count(ratePerSecond, 'arrival')} per second for ${span(durationMs)}, ${cap(maxUsers)}.`;
}
