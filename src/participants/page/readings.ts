import { type EncodedHistogram, LatencyHistogram } from '../../timings/latency-histogram.ts';

/** What is measured in pages and is no time; the units. A layout shift has none. */
export const readings = { 'page.cls': '', 'webrtc.loss': '%' } as const;

export type Reading = keyof typeof readings;

/** Histograms of those, which count thousandths of the unit as the others count microseconds. */
export class Readings {
  readonly #values = new Map<Reading, LatencyHistogram>();

  add(reading: Reading, value: number): void {
    let values = this.#values.get(reading);
    if (!values) {
      values = LatencyHistogram.empty();
      this.#values.set(reading, values);
    }
    values.record(value);
  }

  encode(): Record<string, EncodedHistogram> {
    return Object.fromEntries([...this.#values].map(([name, values]) => [name, values.encode()]));
  }
}
