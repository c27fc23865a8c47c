import type { Level } from '../../../src/capacity/evidence.ts';
import type { Limit } from '../../../src/capacity/limits.ts';
import type { SearchOptions } from '../../../src/capacity/search.ts';
import type { Second } from '../../../src/capacity/second.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';

export const P95: Limit = { text: 'latency p95 < 500 ms', thresholdMs: 500, required: 0.95 };

/** A level that holds. */
export function levelOf(over: Partial<Level> = {}): Level {
  return {
    level: 100,
    purpose: 'bisect',
    startedAtMs: 0,
    judgedFromMs: 6000,
    endedAtMs: 21_000,
    verdict: 'holds',
    message: 'all calls within latency p95 < 500 ms',
    limits: [{ text: P95.text, required: 0.95, share: 1, low: 0.99, high: 1, batches: 5, of: 1000 }],
    growth: null,
    calls: 1000,
    perSecond: 66,
    users: 100,
    p50Ms: 20,
    p95Ms: 40,
    p99Ms: 80,
    errorRatePercent: 0,
    resources: [],
    generator: null,
    ...over,
  };
}

export const OPTIONS: SearchOptions = {
  axis: 'users',
  limits: [P95],
  leftOut: [],
  withinPercent: 5,
  forMs: 900_000,
  atMost: null,
  atLeast: null,
};

/** One second with calls of one latency; some of them fail, or are late at the latest ends only. */
export interface Told {
  readonly at?: number;
  readonly step?: number;
  readonly users?: number;
  readonly calls?: number;
  readonly failed?: number;
  readonly ms?: number;
  /** Of the successful calls, the part over the limit at the latest ends, and at the earliest ends. */
  readonly slow?: number;
  readonly slowAtEarliest?: number;
  readonly generator?: string | null;
  readonly resources?: Second['resources'];
}

export function secondWith(told: Told = {}): Second {
  const { at = 0, step = 1, users = 100, calls = 100, failed = 0, ms = 20, generator = null } = told;
  const { slow = 0, slowAtEarliest = slow, resources = [] } = told;
  const ok = LatencyHistogram.empty(2);
  for (let call = 0; call < calls - failed; call++) ok.record(ms);
  const within = (part: number) => Math.round(ok.count * (1 - part));
  return {
    atMs: at * 1000,
    step,
    users,
    within: [{ '': { latest: within(slow), earliest: within(slowAtEarliest), of: calls } }],
    calls,
    failed,
    ok,
    meanMs: ok.count === 0 ? null : ms,
    inFlight: (ok.count * ms) / 1000,
    generator,
    resources,
  };
}
