import { seeded } from '../../kernel/random.ts';
import { brokenRules, duration, rate, refuse, users } from './rules.ts';
import type { Share } from './share.ts';
import { cap, count, span } from './wording.ts';

/**
 * Arrivals that know nothing of each other, as people are: exponential gaps with a mean of 1/rate. The same seed
 * gives the same arrivals. One that finds `maxUsers` users active is dropped.
 */
export interface Poisson {
  readonly kind: 'poisson';
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly maxUsers: number;
  readonly seed: number | string;
  readonly share?: Share;
}

export function poisson(
  ratePerSecond: number,
  { durationMs, maxUsers, seed }: { durationMs: number; maxUsers: number; seed: number | string },
): Poisson {
  const rules = { ratePerSecond: rate, durationMs: duration, maxUsers: users };
  const mistakes = brokenRules({ ratePerSecond, durationMs, maxUsers }, rules);
  if (seed === '' || (typeof seed === 'number' && !Number.isFinite(seed))) {
    mistakes.push(
      `seed is ${JSON.stringify(seed) === '""' ? 'empty' : seed}, but must be a number or a text`,
    );
  }
  refuse('poisson', mistakes);
  return { kind: 'poisson', ratePerSecond, durationMs, maxUsers, seed };
}

export function* poissonDue({ ratePerSecond, durationMs, seed }: Poisson): Generator<number, void> {
  const random = seeded(seed, 'arrivals');
  let dueMs = 0;
  while (true) {
    // 1 − u lies in (0, 1]: its logarithm is finite.
    dueMs -= (Math.log(1 - random()) * 1000) / ratePerSecond;
    if (dueMs >= durationMs) return;
    yield dueMs;
  }
}

export function describePoisson({ ratePerSecond, durationMs, maxUsers, seed }: Poisson): string {
  const rate = `${count(ratePerSecond, 'arrival')} per second on average (Poisson, seed ${seed})`;
  return `${rate} for ${span(durationMs)}, ${cap(maxUsers)}.`;
}
