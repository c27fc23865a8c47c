import type { Defaults } from './kind.ts';
import { number, type Parts, perSecond, timeMs } from './text.ts';

/** The interval of an arrival rate if neither the text nor a setting has a rate. */
const USUAL_INTERVAL_MS = 100;

/** `for TIME`, or the duration of the run. */
export function durationOf(parts: Parts, defaults: Defaults): number {
  return timeMs(parts.for) ?? defaults.durationMs;
}

/** `USERS`, or those of the run. */
export function usersOf(parts: Parts, defaults: Defaults): number {
  return number(parts.users) ?? defaults.users;
}

/** `RATE` per second, or that of the run. */
export function rateOf(parts: Parts, defaults: Defaults): number {
  return perSecond(parts.rate) ?? 1000 / (defaults.everyMs ?? USUAL_INTERVAL_MS);
}

/** `for TIME` and `max USERS`, or those of the run. */
export function limitsOf(parts: Parts, defaults: Defaults): { durationMs: number; maxUsers: number } {
  return { durationMs: durationOf(parts, defaults), maxUsers: number(parts.max) ?? defaults.users };
}
