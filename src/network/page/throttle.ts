import type { Page } from '@playwright/test';
import { z } from 'zod';
import { aboveZero, assertValid, duration, percent } from '../settings.ts';
import { type CdpConditions, describeConditions } from './cdp-conditions.ts';
import { inForce, type PageCondition } from './page-condition.ts';
import { PageNetwork, type ThrottlingCall } from './page-network.ts';

/** What is throttled, and how long. */
export interface ThrottleOptions {
  /**
   * Throttles only URLs that match this URLPattern, also WebSocket connects; the whole page when absent. A pattern without
   * a port means the default port: write `127.0.0.1:*`.
   */
  readonly urlPattern?: string;
  /** The condition ends after this time; without it, at the end of the test. */
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

/** The measured effect of the throttling. */
export interface AchievedThrottling {
  /** The call that the browser supports. */
  readonly call: ThrottlingCall;
  /** The requests of the page during the condition. */
  readonly requests: number;
  /** The requests that the browser reports as impaired; null if it does not report them. */
  readonly impaired: number | null;
}

/**
 * Makes Chromium throttle a page: the latency of requests and WebSocket connects, the rates of both, and all traffic of
 * WebRTC connections that are opened from now on. Frames of an open WebSocket are not delayed, and packet loss affects only
 * WebRTC. The deep test `probe` measures what a browser really impairs.
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
 * Makes a page offline: its requests and new WebSockets fail at once, and `navigator.onLine` is false. An open WebSocket
 * stays open and silent, as after a pulled cable.
 */
export function goOffline(
  page: Page,
  options: Pick<ThrottleOptions, 'ttlMs'> = {},
): Promise<PageCondition<AchievedThrottling>> {
  return throttle(page, { offline: true }, options);
}
