import { isAction } from './catalogue.ts';
import type { EncodedWindow, OutcomeCounts } from './encoded.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { addOutcomes } from './merged-timings.ts';

/** What happened within some consecutive seconds of the run, over all shares. */
export interface WindowStretch extends Second {
  readonly fromSecond: number;
}

/** One second over all shares, of one operation or of all actions. */
export interface Second {
  readonly outcomes: OutcomeCounts;
  /** Latency of successes, to two significant digits. */
  readonly ok: LatencyHistogram;
}

/** Takes one second after the other, and answers the stretch of so many that ends with it, once there is one. */
export class SlidingStretch {
  readonly #length: number;
  readonly #last: Second[] = [];
  #next = 0;

  constructor(length: number) {
    this.#length = length;
  }

  add(second: Second): WindowStretch | undefined {
    this.#last.push(second);
    this.#next += 1;
    if (this.#last.length > this.#length) this.#last.shift();
    if (this.#last.length < this.#length) return undefined;
    return { fromSecond: this.#next - this.#length, ...together(this.#last) };
  }
}

/** Several seconds as one. */
export function together(seconds: readonly Second[]): Second {
  const sum: Second = { outcomes: {}, ok: LatencyHistogram.empty(2) };
  for (const { outcomes, ok } of seconds) {
    addOutcomes(sum.outcomes, outcomes);
    sum.ok.add(ok);
  }
  return sum;
}

/** The windows of all shares for one second as one. */
export function oneSecond(parts: readonly EncodedWindow[], operation?: string): Second {
  const second: Second = { outcomes: {}, ok: LatencyHistogram.empty(2) };
  for (const part of parts) {
    for (const [name, recorded] of Object.entries(part.operations)) {
      if (operation === undefined ? !isAction(name) : name !== operation) continue;
      addOutcomes(second.outcomes, recorded.outcomes);
      if (recorded.ok) second.ok.add(LatencyHistogram.decode(recorded.ok));
    }
  }
  return second;
}
