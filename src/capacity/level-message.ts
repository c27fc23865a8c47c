import { counted, ms, number } from '../kernel/figures.ts';
import type { Growth } from './growth.ts';
import { fewestCalls, type JudgedShare } from './shares.ts';

/** The sentences of a level: why it holds, breaks, or cannot be judged. */

export const unsettled = 'the level ended before the response time had settled';

export const gone = 'the service did not answer any more';

export function holds({ judged }: JudgedShare): string {
  return `${shareText(judged)}, ${percentOf(judged.required)} required`;
}

export function breaks({ judged }: JudgedShare): string {
  return `only ${shareText(judged)}, ${percentOf(judged.required)} required`;
}

export function grows({ what, perSecond }: Growth): string {
  const speed = what === 'response time' ? ms(perSecond) : number(perSecond);
  return `a queue grows: the ${what} rose by ${speed} per second`;
}

export function limited(reason: string): string {
  return `the load generator was the limit (${reason})`;
}

export function tooFewUsers(users: number, level: number): string {
  return `only ${counted(Math.round(users), 'user')} of ${number(level)} were active`;
}

export function readTooLate({ judged }: JudgedShare): string {
  return `the load generator read the answers too late to tell whether ${judged.text} holds`;
}

/** @param share the limit that could not be decided; undefined without any limit */
export function undecided(share: JudgedShare | undefined): string {
  if (share === undefined) return 'there was no limit to judge';
  const { judged, hasTooFewCalls } = share;
  if (judged.of === 0) return `no call ended that ${judged.text} is about`;
  if (hasTooFewCalls && share.leans.latest)
    return `too few calls for ${judged.text}: ${number(judged.of ?? 0)}, and it needs ${number(fewestCalls(judged.required))}`;
  return `${shareText(judged)}: too near to the ${percentOf(judged.required)} that are required`;
}

/** `98.7% within latency p95 < 500 ms (95% CI 97.9–99.2%)` */
function shareText({ share, low, high, text }: JudgedShare['judged']): string {
  if (share === null) return `an unknown part of the calls within ${text}`;
  const interval = low === null || high === null ? '' : ` (95% CI ${number(low * 100)}–${percentOf(high)})`;
  return `${percentOf(share)} within ${text}${interval}`;
}

function percentOf(share: number): string {
  return `${number(share * 100)}%`;
}
