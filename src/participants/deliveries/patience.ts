import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { logDistance, type Typical } from './align.ts';

/** The shortest stay that counts: a busy machine can show an event this much later. */
const SHORTEST_MS = 250;
/** The typical lag is computed from this number of recent lags. */
const RECENT = 1000;
const FEWEST = 5;
/** Limits of the spread: for a clock of milliseconds, and for a service without data. */
const NARROWEST = 0.1;
const WIDEST = 1;

export interface Waits {
  /** A member that stayed for this time must have its event: twice the P99 of the latency. */
  readonly judgedAfterMs: number;
  /** An event that has not arrived in this time is lost. Before, it may be late if other events are late. */
  readonly lostAfterMs: number;
}

/**
 * The latency of events, and the time that a member must stay after a call before a missing event counts. Whether a
 * member's own event arrived does not change this time, so the proportion of lost events is not biased.
 */
export class Patience {
  readonly #limitMs: number;
  readonly #latestMs: number;
  readonly #arrived = LatencyHistogram.empty();
  readonly #certain = new RecentLags();
  readonly #likely = new RecentLags();
  #latestSeenMs = 0;

  /** An event is late after `limitMs`, and lost after `latestMs`. */
  constructor(limitMs: number, latestMs: number) {
    this.#limitMs = limitMs;
    this.#latestMs = latestMs;
  }

  /**
   * Adds the time from the nearest call before an arrival. `isCertain`: the arrival can belong to no other call. Other lags
   * are wrong if events take longer than the time between two calls.
   */
  lag(ms: number, isCertain: boolean): void {
    (isCertain ? this.#certain : this.#likely).add(ms);
    if (isCertain && ms > this.#latestSeenMs) this.#latestSeenMs = ms;
  }

  arrived(ms: number): void {
    this.#arrived.record(ms);
  }

  /** The typical latency of events. */
  get typical(): Typical {
    return this.#certain.typical ?? this.#likely.typical ?? { ms: 0, spread: WIDEST };
  }

  /** The times that a member must stay after a call. Costly: read it once for many deliveries. */
  get waits(): Waits {
    const { count, maxMs } = this.#arrived;
    const p99Ms = count === 0 ? 0 : this.#arrived.valueAtRank(Math.ceil(count * 0.99));
    const enoughMs = Math.max(SHORTEST_MS, 2 * p99Ms);
    const judgedAfterMs = Math.min(enoughMs, this.#limitMs);
    const someAreLate = Math.max(maxMs, this.#latestSeenMs) > this.#limitMs;
    return { judgedAfterMs, lostAfterMs: someAreLate ? this.#latestMs : judgedAfterMs };
  }
}

class RecentLags {
  readonly #lags = new Float64Array(RECENT);
  #count = 0;
  #typical: Typical | undefined;

  add(ms: number): void {
    this.#lags[this.#count++ % RECENT] = ms;
    this.#typical = undefined;
  }

  /** Undefined if there are too few lags. */
  get typical(): Typical | undefined {
    const known = Math.min(RECENT, this.#count);
    if (known < FEWEST) return undefined;
    this.#typical ??= typicalOf(this.#lags.slice(0, known));
    return this.#typical;
  }
}

/** Uses medians, because some lags may be those of late or repeated events. */
function typicalOf(lags: Float64Array): Typical {
  const middle = lags.length >> 1;
  const ms = lags.sort()[middle]!;
  const distances = lags.map((lag) => logDistance(lag, ms)).sort();
  return { ms, spread: Math.min(WIDEST, Math.max(NARROWEST, distances[middle]! / Math.LN2)) };
}
