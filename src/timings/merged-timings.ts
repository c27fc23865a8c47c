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

/** One operation over all shares, or several operations over all shares. */
export class MergedOperation {
  readonly outcomes: OutcomeCounts = {};
  readonly ok = LatencyHistogram.empty();
  readonly failed = LatencyHistogram.empty();
  readonly response = LatencyHistogram.empty();
  readonly lateStart = LatencyHistogram.empty();
  readonly causes = new Map<string, FailureCause>();

  add(part: EncodedOperation): void {
    addOutcomes(this.outcomes, part.outcomes);
    for (const kind of ['ok', 'failed', 'response', 'lateStart'] as const) {
      const encoded = part[kind];
      if (encoded) this[kind].add(LatencyHistogram.decode(encoded));
    }
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

  /** Adds counts and latencies; causes stay with the operation that they belong to. */
  addMerged(other: MergedOperation): void {
    addOutcomes(this.outcomes, other.outcomes);
    for (const kind of ['ok', 'failed', 'response', 'lateStart'] as const) this[kind].add(other[kind]);
  }

  /** What the service had its chance to answer: calls that the harness itself ended say nothing about it. */
  get total(): number {
    return totalOf(this.outcomes) - (this.outcomes.aborted ?? 0);
  }

  get successful(): number {
    return this.outcomes.ok ?? 0;
  }
}

/** The timings of several shares, added up: counts by addition, histograms by merging, nothing averaged. */
export class MergedTimings {
  readonly operations: ReadonlyMap<string, MergedOperation>;
  /** All actions together; observations such as event deliveries are not among them. */
  readonly actions: MergedOperation;
  /** One-second windows by their second, each with one part per share that recorded in it. */
  readonly windows: ReadonlyMap<number, readonly EncodedWindow[]>;

  constructor(shares: readonly EncodedTimings[]) {
    const operations = new Map<string, MergedOperation>();
    const windows = new Map<number, EncodedWindow[]>();
    for (const share of shares) {
      for (const [name, part] of Object.entries(share.operations)) {
        const merged = operations.get(name) ?? new MergedOperation();
        operations.set(name, merged);
        merged.add(part);
      }
      for (const window of share.windows) {
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
