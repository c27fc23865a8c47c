import type { Random } from '../kernel/random.ts';

export interface FailedTry {
  /** The status of the answer; undefined without one. */
  readonly status?: number;
  /** How long the receiver asked to wait, from its `Retry-After`. */
  readonly askedMs?: number;
}

export interface RetryRules {
  readonly tries: number;
  /** The pause before the second try; each further pause is twice as long. */
  readonly backoffMs: number;
  /** The delivery ends when the receiver asks for a longer pause. */
  readonly longestPauseMs: number;
}

/** Whether another try may succeed: after no answer, too many requests, or an error of the receiver. */
function isWorthARetry({ status }: FailedTry): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

/**
 * The pause after the failed try of this number, counted from 1; undefined when there is no other try. Half of
 * the pause is random, so that many failed runs do not retry together; no retry comes earlier than requested.
 */
export function pauseAfter(
  tryNumber: number,
  failed: FailedTry,
  { tries, backoffMs, longestPauseMs }: RetryRules,
  random: Random,
): number | undefined {
  if (tryNumber >= tries || !isWorthARetry(failed)) return undefined;
  const backoff = Math.min(longestPauseMs, backoffMs * 2 ** (tryNumber - 1));
  const jittered = backoff / 2 + (random() * backoff) / 2;
  const pause = Math.max(jittered, failed.askedMs ?? 0);
  return pause <= longestPauseMs ? pause : undefined;
}

/** `Retry-After` in its two forms, seconds and a date; undefined for other texts. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = /^[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
