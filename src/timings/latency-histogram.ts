import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  JsHistogram,
} from 'hdr-histogram-js';

/** One hour: a longer latency is recorded as one hour. */
const LONGEST_US = 3_600_000_000;

/** The level of deflate. Other levels halve the speed and save little; a worker encodes while it measures. */
const FAST = 1;

/** A number of latencies that the histogram does not distinguish; `ms` is their upper bound. */
export interface CountedLatency {
  readonly ms: number;
  readonly count: number;
}

export interface EncodedHistogram {
  /** HdrHistogram V2, deflated, base64: what every HdrHistogram tool reads. Values in microseconds. */
  readonly hdr: string;
  readonly count: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Latencies in milliseconds in an HdrHistogram: constant memory, mergeable without loss, values exact to
 * `digits` significant digits. Count, sum, minimum and maximum are exact beside it.
 */
export class LatencyHistogram {
  count = 0;
  sumMs = 0;
  minMs = Number.POSITIVE_INFINITY;
  maxMs = 0;
  readonly #counts: Histogram;

  private constructor(counts: Histogram) {
    this.#counts = counts;
  }

  static empty(digits: 2 | 3 = 3): LatencyHistogram {
    const counts = build({
      bitBucketSize: 32,
      autoResize: true,
      lowestDiscernibleValue: 1,
      highestTrackableValue: 2,
      numberOfSignificantValueDigits: digits,
      useWebAssembly: false,
    });
    return new LatencyHistogram(counts);
  }

  /** @throws if the text is damaged, with a clause as its message */
  static decode(encoded: EncodedHistogram): LatencyHistogram {
    const decoded = new LatencyHistogram(decodeFromCompressedBase64(encoded.hdr, 32, false));
    const { totalCount } = decoded.#counts;
    if (totalCount !== encoded.count)
      throw new Error(`a histogram of ${encoded.count} latencies holds ${totalCount}`);
    decoded.count = encoded.count;
    decoded.sumMs = encoded.sumMs;
    decoded.minMs = encoded.minMs;
    decoded.maxMs = encoded.maxMs;
    return decoded;
  }

  record(ms: number): void {
    const us = Math.round(ms * 1000);
    this.#counts.recordValue(us > LONGEST_US ? LONGEST_US : Math.max(us, 0));
    this.count += 1;
    this.sumMs += ms;
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  add(other: LatencyHistogram): void {
    if (other.count === 0) return;
    this.#counts.add(other.#counts);
    this.count += other.count;
    this.sumMs += other.sumMs;
    if (other.minMs < this.minMs) this.minMs = other.minMs;
    if (other.maxMs > this.maxMs) this.maxMs = other.maxMs;
  }

  /** The value of the `rank`-th smallest of `count` latencies (1-based), in ms. */
  valueAtRank(rank: number): number {
    return this.valuesAtRanks([rank])[0]!;
  }

  /** The values of several ascending ranks, in one pass over the counts. */
  valuesAtRanks(ranks: readonly number[]): number[] {
    const counts = this.#js;
    let [index, below] = [-1, 0];
    return ranks.map((rank) => {
      if (rank <= 1) return this.minMs;
      if (rank >= this.count) return this.maxMs;
      while (below < rank) below += counts.getCountAtIndex(++index);
      const ms = counts.highestEquivalentValue(counts.valueFromIndex(index)) / 1000;
      // The upper edge of a bucket may be above the largest recorded value.
      return Math.min(Math.max(ms, this.minMs), this.maxMs);
    });
  }

  /**
   * All latencies, the shortest first. Two histograms of the same digits have the same buckets, and so the same `ms`
   * for latencies that they do not distinguish.
   */
  values(): CountedLatency[] {
    const counts = this.#js;
    const values: CountedLatency[] = [];
    for (let index = 0, left = counts.totalCount; left > 0; index++) {
      const count = counts.getCountAtIndex(index);
      if (count === 0) continue;
      left -= count;
      values.push({ ms: counts.highestEquivalentValue(counts.valueFromIndex(index)) / 1000, count });
    }
    return values;
  }

  /** The values by percentile as text, in ms: a `.hgrm` file of HdrHistogram. */
  percentileDistribution(): string {
    return this.#counts.outputPercentileDistribution(5, 1000);
  }

  /** The number of latencies up to each of these ascending bounds, as exact as the histogram. */
  countsUpTo(boundsMs: readonly number[]): number[] {
    const counts = this.#js;
    let [index, sum] = [0, 0];
    return boundsMs.map((ms) => {
      const last = counts.countsArrayIndex(ms * 1000);
      for (; index <= last && sum < counts.totalCount; index++) sum += counts.getCountAtIndex(index);
      return sum;
    });
  }

  /** The interface of the library hides methods of its class. */
  get #js(): JsHistogram {
    if (this.#counts instanceof JsHistogram) return this.#counts;
    throw new Error('The histogram has to be built without WebAssembly');
  }

  reset(): void {
    this.#counts.reset();
    this.count = 0;
    this.sumMs = 0;
    this.minMs = Number.POSITIVE_INFINITY;
    this.maxMs = 0;
  }

  encode(): EncodedHistogram {
    const { count, sumMs, minMs, maxMs } = this;
    return { hdr: encodeIntoCompressedBase64(this.#counts, FAST), count, sumMs, minMs, maxMs };
  }
}
