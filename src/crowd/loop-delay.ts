import { LatencyHistogram } from '../timings/latency-histogram.ts';

/**
 * How long data that arrives at a random instant waits until the event loop reads its sockets. Each block of the loop
 * counts by its length: within a block of 400 ms, data waits 200 ms on average. `monitorEventLoopDelay` counts a block
 * as one sample, of any length, and so hides it. Constant memory; times in ms.
 */
export class LoopDelay {
  readonly #blocks = LatencyHistogram.empty();

  /** The time for which the loop did not read its sockets. */
  blocked(ms: number): void {
    this.#blocks.record(ms);
  }

  get longestMs(): number {
    return this.#blocks.maxMs;
  }

  /**
   * The wait that is not exceeded in the part `quantile` of the time `lastedMs`. With blocks of the lengths L
   * within the time T, P(wait > x) = Σ max(0, L − x) / T; solved for x, from the longest block on.
   */
  percentileMs(quantile: number, lastedMs: number): number {
    const beyondMs = (1 - quantile) * lastedMs;
    const blocks = this.#blocks.values();
    let [sumMs, count] = [0, 0];
    for (let index = blocks.length - 1; index >= 0; index--) {
      const block = blocks[index]!;
      sumMs += block.ms * block.count;
      count += block.count;
      const waitMs = (sumMs - beyondMs) / count;
      // Shorter blocks do not count.
      if (waitMs >= (blocks[index - 1]?.ms ?? 0)) return Math.min(waitMs, this.longestMs);
    }
    return 0;
  }
}
