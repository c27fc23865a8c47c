import { setMaxListeners } from 'node:events';
import type { Page, Route } from '@playwright/test';
import { z } from 'zod';
import { systemClock } from '../../kernel/clock.ts';
import { seeded } from '../../kernel/random.ts';
import { type AchievedLoss, achievedLoss } from '../achieved.ts';
import { assertValid, duration, percent } from '../settings.ts';
import { inForce, type PageCondition, pauseUntil } from './page-condition.ts';

/** What happens to HTTP requests of a page. */
export interface RequestImpairment {
  /** The same seed loses the same requests. */
  readonly seed: number | string;
  /** The probability that a request is lost before it leaves the browser. */
  readonly lossPercent?: number;
  /** The delay of each other request before it leaves the browser. */
  readonly delayMs?: number;
  /** The error that the page gets for a lost request: refused, or no answer. */
  readonly lostAs?: 'connectionfailed' | 'timedout';
  /** The requests to impair, as in `page.route`; all when absent. */
  readonly url?: Parameters<Page['route']>[0];
  /** The condition ends after this time; without it, at the end of the test. */
  readonly ttlMs?: number;
}

const schema = z.object({
  lossPercent: percent,
  delayMs: duration,
  ttlMs: duration.optional(),
});

/** The measured effect on requests. */
export interface AchievedRequests {
  /** Requests that may be impaired. */
  readonly requests: number;
  /** The achieved loss. */
  readonly loss: AchievedLoss;
  /** Delayed requests. */
  readonly delayed: number;
  /** Their mean delay in ms; null without a delayed request. */
  readonly meanDelayMs: number | null;
}

/**
 * Loses and delays whole HTTP requests of a page, or of all pages of a context. The loss depends on the seed, the method,
 * the path, and the number of earlier requests to this path. So the same seed loses the same requests, whatever the order
 * of requests to other paths. Requests of a service worker and WebSockets are not impaired.
 */
export async function impairRequests(
  target: Pick<Page, 'route' | 'unroute'>,
  wanted: RequestImpairment,
): Promise<PageCondition<AchievedRequests>> {
  const { seed, lossPercent = 0, delayMs = 0, lostAs = 'connectionfailed' } = wanted;
  const { url = () => true, ttlMs } = wanted;
  assertValid('Requests', schema, { lossPercent, delayMs, ttlMs });
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const before = new Map<string, number>();
  const seen = { requests: 0, lost: 0, delayed: 0, delayMs: 0 };

  const handle = async (route: Route) => {
    seen.requests++;
    const place = `${route.request().method()} ${new URL(route.request().url()).pathname}`;
    const nth = before.get(place) ?? 0;
    before.set(place, nth + 1);
    if (seeded(seed, 'http-route', place, nth)() * 100 < lossPercent) {
      seen.lost++;
      return route.abort(lostAs).catch(ignoreClosed);
    }
    if (delayMs > 0) {
      const began = systemClock.now();
      await pauseUntil(began + delayMs, over.signal);
      seen.delayed++;
      seen.delayMs += systemClock.now() - began;
    }
    return route.fallback().catch(ignoreClosed);
  };
  await target.route(url, handle);

  return inForce({
    layer: 'http-route',
    description: `HTTP requests: ${lossPercent}% lost (${lostAs}), the others ${delayMs} ms late.`,
    ttlMs,
    achieved: () => ({
      requests: seen.requests,
      loss: achievedLoss(lossPercent, seen.lost, seen.requests),
      delayed: seen.delayed,
      meanDelayMs: seen.delayed === 0 ? null : seen.delayMs / seen.delayed,
    }),
    async undo() {
      over.abort();
      await target.unroute(url, handle).catch(ignoreClosed);
    },
  });
}

/** A page may close while its request waits. */
function ignoreClosed(error: Error): void {
  if (!/closed|already handled/i.test(error.message)) throw error;
}
