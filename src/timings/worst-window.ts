import { isAction } from './catalogue.ts';
import type { EncodedWindow, OutcomeCounts } from './encoded.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { addOutcomes } from './merged-timings.ts';

/** Some consecutive seconds of the run, over all slices. */
export interface WindowSum extends Second {
  readonly fromSecond: number;
}

/** One second over all slices, of one operation or of all actions. */
export interface Second {
  readonly outcomes: OutcomeCounts;
  /** Latency of successes at the latest, to two significant digits. */
  readonly ok: LatencyHistogram;
  /** The same successes at the earliest. */
  readonly earliest: LatencyHistogram;
}

/**
 * Takes one second after the other, and returns the window of `length` seconds that ends with it, once it is complete.
 * Each second costs a few additions, for any length. The older seconds are kept as sums: each sum contains one second
 * and all later ones of the older seconds. The newer seconds are kept separately, beside their sum. When the older ones
 * are used up, the newer ones replace them. Nothing is subtracted, because a minimum cannot be subtracted.
 */
export class SlidingWindow {
  readonly #length: number;
  /** The last of these sums begins with the oldest second. */
  #older: Second[] = [];
  #newer: Second[] = [];
  #sumOfNewer = together([]);
  #next = 0;

  constructor(length: number) {
    this.#length = length;
  }

  add(second: Second): WindowSum | undefined {
    this.#next += 1;
    this.#newer.push(second);
    this.#sumOfNewer = together([this.#sumOfNewer, second]);
    if (this.#older.length + this.#newer.length > this.#length) this.#dropOldest();
    if (this.#next < this.#length) return undefined;
    return {
      fromSecond: this.#next - this.#length,
      ...together([...this.#older.slice(-1), this.#sumOfNewer]),
    };
  }

  #dropOldest(): void {
    if (this.#older.length === 0) {
      for (const second of this.#newer.reverse())
        this.#older.push(together([second, ...this.#older.slice(-1)]));
      this.#newer = [];
      this.#sumOfNewer = together([]);
    }
    this.#older.pop();
  }
}

export function emptySecond(): Second {
  return { outcomes: {}, ok: LatencyHistogram.empty(2), earliest: LatencyHistogram.empty(2) };
}

export function together(seconds: readonly Second[]): Second {
  const sum = emptySecond();
  for (const { outcomes, ok, earliest } of seconds) {
    addOutcomes(sum.outcomes, outcomes);
    sum.ok.add(ok);
    sum.earliest.add(earliest);
  }
  return sum;
}

/** The windows of all slices for one second as one. */
export function oneSecond(parts: readonly EncodedWindow[], operation?: string): Second {
  const second = emptySecond();
  for (const part of parts) {
    for (const [name, recorded] of Object.entries(part.operations)) {
      if (operation === undefined ? !isAction(name) : name !== operation) continue;
      addOutcomes(second.outcomes, recorded.outcomes);
      const { ok, earliest = ok } = recorded;
      if (ok) second.ok.add(LatencyHistogram.decode(ok));
      if (earliest) second.earliest.add(LatencyHistogram.decode(earliest));
    }
  }
  return second;
}
