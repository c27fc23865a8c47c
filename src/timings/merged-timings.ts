import { byJourneyOrder, isAction } from './catalogue.ts';
import type {
  EncodedOperation,
  EncodedTimings,
  EncodedWindow,
  FailureCause,
  OutcomeCounts,
} from './encoded.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { Outcome } from './outcome.ts';
import { type SlowCall, slowestOf } from './slowest-calls.ts';

/** Latencies that are known within a bracket: each percentile lies between those of the two histograms. */
export interface Bracketed {
  readonly latest: LatencyHistogram;
  readonly earliest: LatencyHistogram;
}

const kinds = ['ok', 'earliest', 'drained', 'failed', 'response', 'lateStart'] as const;

/** One operation over all slices, or several operations over all slices. */
export class MergedOperation {
  readonly outcomes: OutcomeCounts = {};
  /** Successes with their latest possible end; `earliest` has the same calls with their earliest possible end. */
  readonly ok = LatencyHistogram.empty();
  readonly earliest = LatencyHistogram.empty();
  /** Successes that began after participants were asked to leave. */
  readonly drained = LatencyHistogram.empty();
  readonly failed = LatencyHistogram.empty();
  readonly response = LatencyHistogram.empty();
  readonly lateStart = LatencyHistogram.empty();
  readonly causes = new Map<string, FailureCause>();
  /** Of one operation; empty for several together. */
  slowest: readonly SlowCall[] = [];

  add(part: EncodedOperation): void {
    addOutcomes(this.outcomes, part.outcomes);
    for (const kind of kinds) {
      // Older versions did not record the earliest end: their latencies count as exact.
      const encoded = kind === 'earliest' ? (part.earliest ?? part.ok) : part[kind];
      if (encoded) this[kind].add(LatencyHistogram.decode(encoded));
    }
    if (part.slowest) this.slowest = slowestOf([...this.slowest, ...part.slowest]);
    for (const cause of part.causes) {
      const known = this.causes.get(cause.cause);
      if (known) {
        known.count += cause.count;
        for (const sample of cause.samples) if (known.samples.length < 3) known.samples.push(sample);
      } else {
        this.causes.set(cause.cause, { ...cause, samples: [...cause.samples] });
      }
    }
  }

  /** Adds counts and latencies; causes and slow calls stay with the operation that they belong to. */
  addMerged(other: MergedOperation): void {
    addOutcomes(this.outcomes, other.outcomes);
    for (const kind of kinds) this[kind].add(other[kind]);
  }

  get latencies(): Bracketed {
    return { latest: this.ok, earliest: this.earliest };
  }

  /**
   * Latency of successes from the intended start. Only the generator delays a start, so the earliest value is the
   * latency from the actual start.
   */
  get responses(): Bracketed {
    return { latest: this.response, earliest: this.earliest };
  }

  /** The calls that the service could have answered. */
  get total(): number {
    return totalOfService(this.outcomes);
  }

  get successful(): number {
    return this.outcomes.ok ?? 0;
  }
}

/** The timings of several slices, added up: counts by addition, histograms by merging, nothing averaged. */
export class MergedTimings {
  readonly operations: ReadonlyMap<string, MergedOperation>;
  /** All actions together, without observations such as event deliveries. */
  readonly actions: MergedOperation;
  /** One-second windows by their second, each with one part per slice that recorded in it. */
  readonly windows: ReadonlyMap<number, readonly EncodedWindow[]>;

  constructor(slices: readonly EncodedTimings[]) {
    const operations = new Map<string, MergedOperation>();
    const windows = new Map<number, EncodedWindow[]>();
    for (const slice of slices) {
      for (const [name, part] of Object.entries(slice.operations)) {
        const merged = operations.get(name) ?? new MergedOperation();
        operations.set(name, merged);
        merged.add(part);
      }
      for (const window of slice.windows) {
        const parts = windows.get(window.index);
        if (parts) parts.push(window);
        else windows.set(window.index, [window]);
      }
    }
    this.operations = new Map([...operations].sort(([one], [other]) => byJourneyOrder(one, other)));
    this.windows = windows;
    this.actions = new MergedOperation();
    for (const [name, operation] of this.operations) if (isAction(name)) this.actions.addMerged(operation);
  }
}

export function addOutcomes(sum: OutcomeCounts, part: OutcomeCounts): void {
  for (const [outcome, count] of Object.entries(part) as [Outcome, number][]) {
    sum[outcome] = (sum[outcome] ?? 0) + count;
  }
}

export function totalOf(outcomes: OutcomeCounts): number {
  let total = 0;
  for (const count of Object.values(outcomes) as number[]) total += count;
  return total;
}

/**
 * The outcomes of the service: without calls that the harness ended or could not make because
 * of its own limits.
 */
export function totalOfService(outcomes: OutcomeCounts): number {
  return totalOf(outcomes) - (outcomes.aborted ?? 0) - (outcomes['generator limit'] ?? 0);
}

export function isOfService(outcome: string): boolean {
  return outcome !== 'aborted' && outcome !== 'generator limit';
}
