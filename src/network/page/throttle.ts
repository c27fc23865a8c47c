import type { Page } from '@playwright/test';
import { z } from 'zod';
import { aboveZero, assertValid, duration, percent } from '../settings.ts';
import { type CdpConditions, describeConditions } from './cdp-conditions.ts';
import { inForce, type PageCondition } from './page-condition.ts';
import { PageNetwork, type ThrottlingCall } from './page-network.ts';

export interface ThrottleOptions {
  /**
   * Only addresses that match this URLPattern, a WebSocket's connect too; the whole page when absent. A pattern without
   * a port means the usual one: write `127.0.0.1:*`.
   */
  readonly urlPattern?: string;
  readonly ttlMs?: number;
}

const schema = z
  .object({
    packetLossPercent: percent,
    latencyMs: duration,
    downKbps: aboveZero,
    upKbps: aboveZero,
    ttlMs: duration,
  })
  .partial();

export interface AchievedThrottling {
  /** The call that the browser knows. */
  readonly call: ThrottlingCall;
  /** Requests of the page while it was in force. */
  readonly requests: number;
  /** Those that the browser reports as impaired; null where it does not report them. */
  readonly impaired: number | null;
}

/**
 * Has Chromium throttle a page: latency of requests and of a WebSocket's connect, rates of both, and everything of
 * WebRTC connections that are opened from now on. Frames of an open WebSocket are not delayed, and packet loss touches
 * WebRTC alone; the deep test `probe` measures what the browser in use impairs.
 */
export async function throttle(
  page: Page,
  conditions: CdpConditions,
  { urlPattern, ttlMs }: ThrottleOptions = {},
): Promise<PageCondition<AchievedThrottling>> {
  const { latencyMs, downKbps, upKbps, packetLossPercent } = conditions;
  assertValid('Throttling', schema, { packetLossPercent, latencyMs, downKbps, upKbps, ttlMs });
  const seen = { requests: 0, impaired: 0 };
  const { call, remove } = await PageNetwork.add(page, {
    conditions,
    urlPattern,
    onRequest: () => seen.requests++,
    onImpaired: () => seen.impaired++,
  });
  return inForce({
    layer: 'cdp',
    description: `Chromium's throttling${urlPattern === undefined ? '' : ` of ${urlPattern}`}: ${describeConditions(conditions)}.`,
    ttlMs,
    achieved: () => ({ call, requests: seen.requests, impaired: call === 'rules' ? seen.impaired : null }),
    undo: remove,
  });
}

/**
 * Takes a page off the network: its requests fail at once, new WebSockets too, and `navigator.onLine` is false. An
 * open WebSocket stays open and silent, as behind a pulled cable.
 */
export function goOffline(
  page: Page,
  options: Pick<ThrottleOptions, 'ttlMs'> = {},
): Promise<PageCondition<AchievedThrottling>> {
  return throttle(page, { offline: true }, options);
}
