import { seeded } from '../../kernel/random.ts';
import { limitsOf, rateOf } from './defaults.ts';
import type { OpenKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, rate, refuse, users } from './rules.ts';
import { cap, count, span } from './wording.ts';

/**
 * Independent arrivals, like those of real users: exponential gaps with a mean of 1/rate. The same seed
 * gives the same arrivals. While `maxUsers` users are active, arrivals are dropped.
 */
export interface Poisson extends ScheduleData {
  readonly kind: 'poisson';
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly maxUsers: number;
  readonly seed: number | string;
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

export const poissonKind: OpenKind<Poisson> = {
  kind: 'poisson',
  isOpen: true,
  requests: 'arrivals',
  whenFull: 'dropped',
  usage: '[RATE] [for TIME] [max USERS]',
  example: 'poisson 20/s for 60s max 50',
  parse: (parts, defaults) =>
    poisson(rateOf(parts, defaults), { ...limitsOf(parts, defaults), seed: defaults.seed }),
  describe({ ratePerSecond, durationMs, maxUsers, seed }) {
    const rate = `${count(ratePerSecond, 'arrival')} per second on average (Poisson, seed ${seed})`;
    return `${rate} for ${span(durationMs)}, ${cap(maxUsers)}.`;
  },
  *due({ ratePerSecond, durationMs, seed }) {
    const random = seeded(seed, 'arrivals');
    let dueMs = 0;
    while (true) {
      // 1 − u is in (0, 1], so its logarithm is finite.
      dueMs -= (Math.log(1 - random()) * 1000) / ratePerSecond;
      if (dueMs >= durationMs) return;
      yield dueMs;
    }
  },
  peak: ({ maxUsers }) => maxUsers,
  durationMs: ({ durationMs }) => durationMs,
};
