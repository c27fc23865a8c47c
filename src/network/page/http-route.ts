import { setMaxListeners } from 'node:events';
import type { Page, Route } from '@playwright/test';
import { systemClock } from '../../kernel/clock.ts';
import { seeded } from '../../kernel/random.ts';
import { type AchievedLoss, achievedLoss } from '../achieved.ts';
import { inForce, type PageCondition } from './page-condition.ts';
import { checkValues } from './rules.ts';

export interface RequestImpairment {
  readonly seed: number | string;
  /** Chance of each request to be lost before it leaves the browser. */
  readonly lossPercent?: number;
  /** Of each request that is not lost, before it leaves the browser. */
  readonly delayMs?: number;
  /** What the page is told of a lost request: refused at once, or no answer. */
  readonly lostAs?: 'connectionfailed' | 'timedout';
  /** How long the page waits before it is told. */
  readonly lostAfterMs?: number;
  /** Which requests, as in `page.route`; all when absent. */
  readonly url?: Parameters<Page['route']>[0];
  readonly ttlMs?: number;
}

export interface AchievedRequests {
  readonly requests: number;
  readonly loss: AchievedLoss;
  readonly delayed: number;
  /** Null where none was delayed. */
  readonly meanDelayMs: number | null;
}

/**
 * Loses and delays whole HTTP requests of a page, or of all pages of a context. Requests are lost by method, path
 * and how many went there before, so the same seed loses the same ones however they interleave.
 * Requests of a service worker and WebSockets do not pass here.
 */
export async function impairRequests(
  target: Pick<Page, 'route' | 'unroute'>,
  wanted: RequestImpairment,
): Promise<PageCondition<AchievedRequests>> {
  const { seed, lossPercent = 0, delayMs = 0, lostAs = 'connectionfailed', lostAfterMs = 0 } = wanted;
  const { url = () => true, ttlMs } = wanted;
  checkValues('Requests', { percents: { lossPercent }, durations: { delayMs, lostAfterMs, ttlMs } });
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const before = new Map<string, number>();
  const seen = { requests: 0, lost: 0, delayed: 0, delayMs: 0 };

  const handle = async (route: Route) => {
    seen.requests++;
    const place = `${route.request().method()} ${new URL(route.request().url()).pathname}`;
    const nth = before.get(place) ?? 0;
    before.set(place, nth + 1);
    const isLost = seeded(seed, 'http-route', place, nth)() * 100 < lossPercent;
    if (isLost) seen.lost++;
    const began = systemClock.now();
    await pause(began + (isLost ? lostAfterMs : delayMs), over.signal);
    if (!isLost && delayMs > 0) {
      seen.delayed++;
      seen.delayMs += systemClock.now() - began;
    }
    // A page that closed meanwhile has no use for an answer.
    await (isLost ? route.abort(lostAs) : route.fallback()).catch(ignoreClosed);
  };
  await target.route(url, handle);

  return inForce({
    layer: 'http-route',
    description: `HTTP requests: ${lossPercent} % lost (${lostAs}), the others ${delayMs} ms late.`,
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

/** Ends early, and quietly, when the condition is undone. */
async function pause(due: number, signal: AbortSignal): Promise<void> {
  try {
    await systemClock.until(due, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function ignoreClosed(error: Error): void {
  if (!/closed|already handled/i.test(error.message)) throw error;
}
