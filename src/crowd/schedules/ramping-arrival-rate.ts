import { limitsOf } from './defaults.ts';
import type { OpenKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, rateOrNone, refuse, users } from './rules.ts';
import { cap, count, span } from './wording.ts';

/** The arrival rate changes linearly. While `maxUsers` users are active, arrivals are dropped. */
export interface RampingArrivalRate extends ScheduleData {
  readonly kind: 'ramping-arrival-rate';
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly durationMs: number;
  readonly maxUsers: number;
}

type Settings = Omit<RampingArrivalRate, keyof ScheduleData>;

export function rampingArrivalRate(settings: Settings): RampingArrivalRate {
  const mistakes = brokenRules(settings, {
    fromPerSecond: rateOrNone,
    toPerSecond: rateOrNone,
    durationMs: duration,
    maxUsers: users,
  });
  if (settings.fromPerSecond === 0 && settings.toPerSecond === 0)
    mistakes.push('fromPerSecond and toPerSecond are both 0');
  refuse('ramping-arrival-rate', mistakes);
  return { kind: 'ramping-arrival-rate', ...settings };
}

export const rampingArrivalRateKind: OpenKind<RampingArrivalRate> = {
  kind: 'ramping-arrival-rate',
  isOpen: true,
  requests: 'arrivals',
  whenFull: 'dropped',
  usage: 'FROM..TO/s [for TIME] [max USERS]',
  example: 'ramping-arrival-rate 5..50/s for 60s max 100',
  parse: (parts, defaults) =>
    rampingArrivalRate({
      fromPerSecond: Number(parts.from),
      toPerSecond: Number(parts.to),
      ...limitsOf(parts, defaults),
    }),
  describe: ({ fromPerSecond, toPerSecond, durationMs, maxUsers }) =>
    `From ${fromPerSecond} to ${count(toPerSecond, 'arrival')} per second over ${span(durationMs)}, ${cap(maxUsers)}.`,
  /**
   * Arrival i is due when the integral of the rate reaches i: with start rate a and slope s (per ms, per ms²),
   * a·t + s·t²/2 = i. Solved as t = 2i / (a + √(a² + 2·s·i)), which is exact for s = 0 and loses no digits for small s.
   */
  *due({ fromPerSecond, toPerSecond, durationMs }) {
    const a = fromPerSecond / 1000;
    const b = toPerSecond / 1000;
    const slope = (b - a) / durationMs;
    const total = ((a + b) / 2) * durationMs;
    for (let index = 0; index < total; index++) {
      const root = Math.sqrt(Math.max(0, a * a + 2 * slope * index));
      yield index === 0 ? 0 : (2 * index) / (a + root);
    }
  },
  peak: ({ maxUsers }) => maxUsers,
  durationMs: ({ durationMs }) => durationMs,
};
