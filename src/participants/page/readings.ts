import { type EncodedHistogram, LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { ReadingName } from '../../timings/page-metrics.ts';

/** Histograms of the page metrics that are no durations: they store thousandths of the unit instead of microseconds. */
export class Readings {
  readonly #values = new Map<ReadingName, LatencyHistogram>();

  add(name: ReadingName, value: number): void {
    const values = this.#values.get(name) ?? LatencyHistogram.empty();
    this.#values.set(name, values);
    values.record(value);
  }

  encode(): Record<string, EncodedHistogram> {
    return Object.fromEntries([...this.#values].map(([name, values]) => [name, values.encode()]));
  }
}
