import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { logDistance, type Typical } from './align.ts';

/** Shorter stays say nothing: a busy machine shows an event so much later. */
const SHORTEST_MS = 250;
/** More lags than these are not needed to know what is typical. */
const RECENT = 1000;
const FEWEST = 5;
/** Of the spread: a clock of milliseconds, and a service of which nothing is known yet. */
const NARROWEST = 0.1;
const WIDEST = 1;

export interface Waits {
  /** A member that stayed for so long has to have its event: twice as long as 99 % of them took. */
  readonly judgedAfterMs: number;
  /** What has not arrived in this time is lost; in less, it may be late, where others are. */
  readonly lostAfterMs: number;
}

/**
 * How long events take, and so how long a member has to stay after a call before its missing event means something.
 * The time follows from the calls and the stays alone, never from whether the event arrived: so the proportion of lost
 * events is not biased, in short sessions as in long ones.
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
   * From an arrival back to the nearest call before it. `isCertain`: there is no other call that it could belong to. Where
   * events are later than calls follow each other, the others are mistaken.
   */
  lag(ms: number, isCertain: boolean): void {
    (isCertain ? this.#certain : this.#likely).add(ms);
    if (isCertain && ms > this.#latestSeenMs) this.#latestSeenMs = ms;
  }

  arrived(ms: number): void {
    this.#arrived.record(ms);
  }

  /** How long events take as a rule. */
  get typical(): Typical {
    return this.#certain.typical ?? this.#likely.typical ?? { ms: 0, spread: WIDEST };
  }

  /** How long a member has to stay after a call; look it up once for many. */
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

  /** Undefined while there are too few to tell. */
  get typical(): Typical | undefined {
    const known = Math.min(RECENT, this.#count);
    if (known < FEWEST) return undefined;
    this.#typical ??= typicalOf(this.#lags.slice(0, known));
    return this.#typical;
  }
}

/** Medians, since some of the lags may be those of late or surplus events. */
function typicalOf(lags: Float64Array): Typical {
  const middle = lags.length >> 1;
  const ms = lags.sort()[middle]!;
  const distances = lags.map((lag) => logDistance(lag, ms)).sort();
  return { ms, spread: Math.min(WIDEST, Math.max(NARROWEST, distances[middle]! / Math.LN2)) };
}
