import type { ReconnectPolicy } from '../reconnect-policy.ts';

/**
 * The wait before an attempt, in ms, by the formula of Socket.IO's client (backo2): the delay doubles, varies by the
 * factor, and ends at the cap, where the variation disappears.
 * @param attempt counts from 0
 * @param random from 0 to 1
 */
export function backoffMs(
  { delayMs, maxMs, factor }: ReconnectPolicy,
  attempt: number,
  random: number,
): number {
  let ms = delayMs * 2 ** attempt;
  const deviation = Math.floor(random * factor * ms);
  ms = Math.floor(random * 10) % 2 === 0 ? ms - deviation : ms + deviation;
  return Math.trunc(Math.min(ms, maxMs));
}
