import { withoutSecrets } from '../kernel/secrets.ts';
import type { EncodedOperation, EncodedWindow, FailureCause, OutcomeCounts } from './encoded.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { Outcome } from './outcome.ts';
import { emptySecond, type Second } from './worst-window.ts';

const MAX_CAUSES = 50;
const MAX_SAMPLES = 3;
const MAX_SAMPLE_LENGTH = 300;

/** The instant, in ms of the clock of the records, from which participants are asked to leave; infinite before. */
export interface Drain {
  from: number;
}

/** Closes the current window when its time has passed; called before each record. */
export type WindowRoll = (nowMs: number) => void;
/** The second of an instant, or the first one that is still open. */
export type OpenSecond = (ms: number) => number;

/**
 * The timings of one operation in one slice. `record` is on the measured path: it touches numbers in place and
 * allocates nothing that stays.
 */
export class OperationTimings {
  readonly #roll: WindowRoll;
  readonly #openSecond: OpenSecond;
  readonly #drain: Drain;
  readonly #outcomes: OutcomeCounts = {};
  readonly #ok = LatencyHistogram.empty();
  readonly #drained = LatencyHistogram.empty();
  readonly #earliest = LatencyHistogram.empty();
  readonly #failed = LatencyHistogram.empty();
  readonly #response = LatencyHistogram.empty();
  readonly #lateStart = LatencyHistogram.empty();
  readonly #causes = new Map<string, FailureCause>();
  readonly #windowOk = LatencyHistogram.empty(2);
  readonly #windowEarliest = LatencyHistogram.empty(2);
  #windowOutcomes: OutcomeCounts = {};
  #windowCount = 0;
  /** Seconds that are over, with records that became known later. */
  readonly #belated = new Map<number, Second>();

  constructor(roll: WindowRoll, openSecond: OpenSecond, drain: Drain) {
    this.#roll = roll;
    this.#openSecond = openSecond;
    this.#drain = drain;
  }

  /**
   * All instants in ms of one `Clock`. `intendedAt` is the start by a schedule or a think time. The answer arrived at
   * the latest at `endedAt`, and at the earliest at `earliestAt`; without it, the end is exact.
   */
  record(
    outcome: Outcome,
    startedAt: number,
    endedAt: number,
    intendedAt?: number,
    earliestAt = endedAt,
  ): void {
    this.#roll(endedAt);
    this.#windowOutcomes[outcome] = (this.#windowOutcomes[outcome] ?? 0) + 1;
    this.#windowCount += 1;
    if (outcome === 'ok' && startedAt < this.#drain.from) {
      this.#windowOk.record(endedAt - startedAt);
      this.#windowEarliest.record(Math.max(0, earliestAt - startedAt));
    }
    this.#count(outcome, startedAt, endedAt, intendedAt, earliestAt);
  }

  /** Counts an operation without latency: a message without an answer. */
  count(outcome: Outcome, at: number): void {
    this.#roll(at);
    this.#windowOutcomes[outcome] = (this.#windowOutcomes[outcome] ?? 0) + 1;
    this.#windowCount += 1;
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
  }

  /**
   * Records a late result in the second in which it happened. An operation uses this or
   * `record`, not both.
   */
  recordBelated(outcome: Outcome, startedAt: number, endedAt: number, earliestAt = endedAt): void {
    const second = this.#openSecond(endedAt);
    let belated = this.#belated.get(second);
    if (!belated) {
      belated = emptySecond();
      this.#belated.set(second, belated);
    }
    belated.outcomes[outcome] = (belated.outcomes[outcome] ?? 0) + 1;
    if (outcome === 'ok' && startedAt < this.#drain.from) {
      belated.ok.record(endedAt - startedAt);
      belated.earliest.record(Math.max(0, earliestAt - startedAt));
    }
    this.#count(outcome, startedAt, endedAt, undefined, earliestAt);
  }

  #count(
    outcome: Outcome,
    startedAt: number,
    endedAt: number,
    intendedAt: number | undefined,
    earliestAt: number,
  ): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    // The harness caused these outcomes: they have a count, and no latency.
    if (outcome === 'aborted' || outcome === 'generator limit') return;
    if (intendedAt !== undefined) this.#lateStart.record(Math.max(0, startedAt - intendedAt));
    if (outcome === 'ok') {
      const latencyMs = endedAt - startedAt;
      if (startedAt >= this.#drain.from) {
        this.#drained.record(latencyMs);
        return;
      }
      this.#ok.record(latencyMs);
      // No answer arrives before its call.
      this.#earliest.record(Math.max(0, earliestAt - startedAt));
      this.#response.record(intendedAt === undefined ? latencyMs : endedAt - intendedAt);
    } else if (outcome !== 'rate limited') {
      this.#failed.record(endedAt - startedAt);
    }
  }

  /** Counts a normalised cause, and keeps the first texts of each. Not on the path of successes. */
  failure(outcome: Outcome, cause: string, sample: string): void {
    if (outcome === 'aborted') return; // not a failure
    const shown = withoutSecrets(cause);
    const known = this.#causes.size < MAX_CAUSES || this.#causes.has(shown) ? shown : 'other causes';
    let entry = this.#causes.get(known);
    if (!entry) {
      entry = { cause: known, outcome, count: 0, samples: [] };
      this.#causes.set(known, entry);
    }
    entry.count += 1;
    // Redact before truncating: a truncated token no longer matches.
    const text = withoutSecrets(sample).slice(0, MAX_SAMPLE_LENGTH);
    if (entry.samples.length < MAX_SAMPLES && !entry.samples.includes(text)) entry.samples.push(text);
  }

  encode(): EncodedOperation {
    return {
      outcomes: { ...this.#outcomes },
      ...encodeUnlessEmpty('ok', this.#ok),
      ...encodeUnlessEmpty('earliest', this.#earliest),
      ...encodeUnlessEmpty('drained', this.#drained),
      ...encodeUnlessEmpty('failed', this.#failed),
      ...encodeUnlessEmpty('response', this.#response),
      ...encodeUnlessEmpty('lateStart', this.#lateStart),
      causes: [...this.#causes.values()].map((cause) => ({ ...cause, samples: [...cause.samples] })),
    };
  }

  /** The records of the current window so far; undefined without records. */
  window(): EncodedWindow['operations'][string] | undefined {
    if (this.#windowCount === 0) return undefined;
    return {
      outcomes: { ...this.#windowOutcomes },
      ...encodeUnlessEmpty('ok', this.#windowOk),
      ...encodeUnlessEmpty('earliest', this.#windowEarliest),
    };
  }

  /** The late records in the seconds up to `last` that are not removed yet. */
  belated(last: number): [second: number, recorded: EncodedWindow['operations'][string]][] {
    const seconds = [...this.#belated].filter(([second]) => second <= last);
    return seconds.map(([second, { outcomes, ok, earliest }]) => [
      second,
      {
        outcomes: { ...outcomes },
        ...encodeUnlessEmpty('ok', ok),
        ...encodeUnlessEmpty('earliest', earliest),
      },
    ]);
  }

  /** Nothing more is recorded in the seconds up to `last`. */
  forgetBelated(last: number): void {
    for (const second of this.#belated.keys()) if (second <= last) this.#belated.delete(second);
  }

  /** Empties the current window for the next second. */
  nextWindow(): void {
    if (this.#windowCount === 0) return;
    this.#windowOutcomes = {};
    this.#windowCount = 0;
    this.#windowOk.reset();
    this.#windowEarliest.reset();
  }
}

function encodeUnlessEmpty<Key extends string>(key: Key, histogram: LatencyHistogram) {
  return (histogram.count === 0 ? {} : { [key]: histogram.encode() }) as {
    [name in Key]?: ReturnType<LatencyHistogram['encode']>;
  };
}
