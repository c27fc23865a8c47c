import type { EncodedHistogram } from './latency-histogram.ts';
import type { Outcome } from './outcome.ts';
import type { SlowCall } from './slowest-calls.ts';

export type OutcomeCounts = Partial<Record<Outcome, number>>;

/** One normalised cause of failure of one operation; `samples` are a few of the original texts. */
export interface FailureCause {
  readonly cause: string;
  readonly outcome: Outcome;
  count: number;
  readonly samples: string[];
}

/** The timings of one operation in one slice since its start. A histogram without values is left out. */
export interface EncodedOperation {
  readonly outcomes: OutcomeCounts;
  /** Latency of successes, from the actual start to the complete answer, at the latest; without those in `drained`. */
  readonly ok?: EncodedHistogram;
  /**
   * The same successes at the earliest: each arrived between the two, at an instant that the generator cannot tell. So
   * each percentile lies between those of the two histograms. Absent in reports of older versions.
   */
  readonly earliest?: EncodedHistogram;
  /** Latency of successes that began after participants were asked to leave: no target reads it. */
  readonly drained?: EncodedHistogram;
  /** Latency of failures; `rate limited`, `aborted` and `generator limit` are no latency samples. */
  readonly failed?: EncodedHistogram;
  /** Latency of successes from the *intended* start: free of coordinated omission. */
  readonly response?: EncodedHistogram;
  /** Actual minus intended start, of every call with an intended start, but `aborted` and `generator limit`. */
  readonly lateStart?: EncodedHistogram;
  /** The slowest calls of participants without a browser, the slowest first; absent in reports of older versions. */
  readonly slowest?: readonly SlowCall[];
  readonly causes: readonly FailureCause[];
}

/** The records of one second of the run; `index` counts seconds from the release of the barrier. */
export interface EncodedWindow {
  readonly index: number;
  /** The most participants that were active at once within the window. */
  readonly users: number;
  /** Presence of all participants within it, added up, in ms: 3000 for three in the whole second. Absent in older reports. */
  readonly userMs?: number;
  readonly operations: Readonly<
    Record<string, { outcomes: OutcomeCounts; ok?: EncodedHistogram; earliest?: EncodedHistogram }>
  >;
}

/** Cumulative timings of one slice, and the windows that closed (since the last snapshot, or all). */
export interface EncodedTimings {
  readonly operations: Readonly<Record<string, EncodedOperation>>;
  readonly windows: readonly EncodedWindow[];
}
