import type { ReconnectPolicy } from '../meetings/reconnect-policy.ts';
import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';

/**
 * The delays that are possible before attempt `attempt` (counted from 1), as closed intervals in ms. Socket.IO's
 * backoff draws one random number r: dev = floor(r · jitter · ms), and Socket.IO subtracts dev if the tenth that
 * contains r is even, and adds it otherwise; the result is capped. Therefore, the possible delays have gaps.
 */
function possibleDelays(policy: ReconnectPolicy, attempt: number): [number, number][] {
  const { delayMs, maxMs, factor } = policy;
  if (policy.kind === 'exponential') {
    const exact = Math.min(maxMs, delayMs * factor ** (attempt - 1));
    return [[exact, exact]];
  }
  const ms = delayMs * 2 ** (attempt - 1);
  return Array.from({ length: 10 }, (_, tenth): [number, number] => {
    const least = Math.floor((tenth / 10) * factor * ms);
    const most = Math.max(least, Math.ceil(((tenth + 1) / 10) * factor * ms) - 1);
    const [low, high] = tenth % 2 === 0 ? [ms - most, ms - least] : [ms + least, ms + most];
    return [Math.min(maxMs, low), Math.min(maxMs, high)];
  });
}

/** Timers fire late on a busy machine, and never early by more than their rounding. */
const EARLY_MS = 2;

/** The policy of a client allows each of its delays between attempts; a timer may be `lateMs` late. */
export const delaysFitPolicy = defineCheck(
  'the delays between attempts fit the policy',
  (entries, { policy, lateMs }: { policy: ReconnectPolicy; lateMs: number }) => {
    const evidence: Piece[] = [];
    const delays = delaysOf(entries);
    for (const { who, attempt, ms } of delays) {
      const fits = possibleDelays(policy, attempt).some(
        ([low, high]) => ms >= low - EARLY_MS && ms <= high + lateMs,
      );
      if (!fits)
        evidence.push({
          kind: 'delays do not fit the policy',
          message: `${who} waited ${Math.round(ms)} ms before attempt ${attempt}, which its policy does not allow`,
        });
    }
    return finding({ count: delays.length, one: 'delay', onceEach: true }, evidence);
  },
  { about: 'time' },
);

/** The delay of each attempt, from the loss of the connection or from the failed attempt before. */
export function delaysOf(
  entries: readonly Entry[],
): { who: string; attempt: number; ms: number; at: number }[] {
  const waitingSince = new Map<string, number>();
  const attempts = new Map<string, number>();
  const found: { who: string; attempt: number; ms: number; at: number }[] = [];
  for (const entry of entries) {
    if (entry.type !== 'socket') continue;
    const { who, at, change } = entry;
    if (change === 'connected') attempts.delete(who);
    if (change === 'disconnected' || change === 'failed') waitingSince.set(who, at);
    if (change !== 'attempt') continue;
    const since = waitingSince.get(who);
    const attempt = (attempts.get(who) ?? 0) + 1;
    attempts.set(who, attempt);
    if (since !== undefined) found.push({ who, attempt, ms: at - since, at });
  }
  return found;
}
