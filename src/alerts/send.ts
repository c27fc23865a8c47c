import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { deferred } from '../kernel/deferred.ts';
import type { Random } from '../kernel/random.ts';
import { type Post, post, type Refused } from './post.ts';
import { pauseAfter, type RetryRules } from './retry.ts';

export interface SendLimits extends RetryRules {
  /** The limit of one try, from its start to the end of its answer. */
  readonly tryMs: number;
  /** The limit of all tries and pauses together. */
  readonly totalMs: number;
}

const patience: SendLimits = {
  tries: 4,
  backoffMs: 500,
  longestPauseMs: 10_000,
  tryMs: 5000,
  totalMs: 20_000,
};

export interface SendOptions {
  readonly limits?: Partial<SendLimits> | undefined;
  /** Ends the delivery at once. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** `why` holds no part of the address. */
export type Sent = { readonly ok: true } | { readonly ok: false; readonly why: string };

/**
 * Posts a message to a webhook. Tries again after network errors, 408, 429 and 5xx, with growing pauses or the pauses
 * that the receiver asks for, until the time limit. Never throws.
 */
export async function send(
  message: Post,
  { limits: given, signal, clock = systemClock, random = Math.random }: SendOptions = {},
): Promise<Sent> {
  const limits = { ...patience, ...given };
  const deadline = clock.now() + limits.totalMs;
  const total = bound(limits.totalMs, signal);
  const dispatcher = dispatcherFor(message.webhook.isLoopback, limits.tryMs);
  try {
    for (let number = 1; ; number++) {
      const refused = await once(message, dispatcher, limits.tryMs, total.signal);
      if (refused === undefined) return { ok: true };
      const after = `${refused.why} (${number === 1 ? '1 try' : `${number} tries`})`;
      if (signal?.aborted) return { ok: false, why: 'the run was interrupted' };
      const pause = pauseAfter(number, refused, limits, random);
      if (pause === undefined || clock.now() + pause >= deadline || total.signal.aborted)
        return { ok: false, why: after };
      await clock.until(clock.now() + pause, total.signal).catch(() => undefined);
    }
  } finally {
    total.end();
    // Not awaited: connections that are still open do not matter.
    dispatcher.destroy().catch(() => undefined);
  }
}

/** One try. It races against its time limit, because undici notices an abort only when it is connected. */
async function once(
  message: Post,
  dispatcher: Dispatcher,
  tryMs: number,
  outer: AbortSignal,
): Promise<Refused | undefined> {
  const { signal, end } = bound(tryMs, outer);
  const late = deferred<Refused>();
  const give = () => late.resolve({ why: 'no answer in time' });
  signal.addEventListener('abort', give);
  if (signal.aborted) give();
  try {
    return await Promise.race([late.promise, post(message, dispatcher, signal)]);
  } finally {
    end();
  }
}

/** Uses the proxies of HTTPS_PROXY and NO_PROXY, as curl does, but no proxy for a receiver on this machine. */
function dispatcherFor(isLoopback: boolean, tryMs: number): Dispatcher {
  const connect = { timeout: tryMs };
  return isLoopback ? new Agent({ connect }) : new EnvHttpProxyAgent({ connect });
}

/** A signal that aborts after `ms`, or with `outer`. Unlike `AbortSignal.timeout`, `end()` leaves no timer behind. */
function bound(ms: number, outer?: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const follow = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('too late', 'TimeoutError')), ms);
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}
