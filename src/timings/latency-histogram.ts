import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  JsHistogram,
} from 'hdr-histogram-js';

/** One hour: a longer latency is recorded as this long. */
const LONGEST_US = 3_600_000_000;

/** The level of deflate: the others halve nothing but the speed, and a worker encodes while it measures. */
const FAST = 1;

/** So many latencies that the histogram does not tell apart; `ms` is the largest that they may be. */
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

  /** @throws where the text is damaged: its message is a clause */
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
    if (rank <= 1) return this.minMs;
    if (rank >= this.count) return this.maxMs;
    // Half a rank less: the library rounds the percentile's count up to the next whole rank.
    const ms = this.#counts.getValueAtPercentile(((rank - 0.5) / this.count) * 100) / 1000;
    // A bucket's upper edge may lie above the largest value that was really seen.
    return Math.min(Math.max(ms, this.minMs), this.maxMs);
  }

  /** The same for several ranks, each at least as high as the one before: the counts are walked through once. */
  valuesAtRanks(ranks: readonly number[]): number[] {
    const counts = this.#js;
    let [index, below] = [-1, 0];
    return ranks.map((rank) => {
      if (rank <= 1) return this.minMs;
      if (rank >= this.count) return this.maxMs;
      while (below < rank) below += counts.getCountAtIndex(++index);
      const ms = counts.highestEquivalentValue(counts.valueFromIndex(index)) / 1000;
      return Math.min(Math.max(ms, this.minMs), this.maxMs);
    });
  }

  /**
   * All latencies, the shortest first. Two histograms of the same digits cut time at the same places: what they both
   * cannot tell apart has the same `ms` in both.
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

  /** How many latencies are at most each of these bounds, which ascend; as exact as the histogram is. */
  countsUpTo(boundsMs: readonly number[]): number[] {
    const counts = this.#js;
    let [index, sum] = [0, 0];
    return boundsMs.map((ms) => {
      const last = counts.countsArrayIndex(ms * 1000);
      for (; index <= last && sum < counts.totalCount; index++) sum += counts.getCountAtIndex(index);
      return sum;
    });
  }

  /** The library's interface hides what its class offers. */
  get #js(): JsHistogram {
    if (this.#counts instanceof JsHistogram) return this.#counts;
    throw new Error('a histogram without WebAssembly was asked for');
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
