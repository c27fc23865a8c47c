import { withoutSecrets } from '../kernel/secrets.ts';
import type { EncodedOperation, EncodedWindow, FailureCause, OutcomeCounts } from './encoded.ts';
import { type EncodedHistogram, LatencyHistogram } from './latency-histogram.ts';
import type { Outcome } from './outcome.ts';
import { type RecordedCall, SlowestCalls } from './slowest-calls.ts';
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
  readonly #latencies = {
    ok: LatencyHistogram.empty(),
    earliest: LatencyHistogram.empty(),
    drained: LatencyHistogram.empty(),
    failed: LatencyHistogram.empty(),
    response: LatencyHistogram.empty(),
    lateStart: LatencyHistogram.empty(),
  };
  readonly #causes = new Map<string, FailureCause>();
  readonly #slowest = new SlowestCalls();
  #window = emptySecond();
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
    this.#windowCount += 1;
    this.#addTo(this.#window, outcome, startedAt, endedAt, earliestAt);
    this.#count(outcome, startedAt, endedAt, intendedAt, earliestAt);
  }

  /**
   * Whether a call is one of the slowest so far; then `keepSlow` takes its details. Most calls are not, and
   * allocate nothing. Calls that began after participants were asked to leave are never slow, as in `ok`.
   */
  isSlow(startedAt: number, endedAt: number): boolean {
    return startedAt < this.#drain.from && this.#slowest.includes(endedAt - startedAt);
  }

  /** Keeps the details of a slow call, if the service was responsible for its end. */
  keepSlow(call: RecordedCall): void {
    if (call.outcome !== 'aborted' && call.outcome !== 'generator limit') this.#slowest.keep(call);
  }

  /** Counts an operation without latency: a message without an answer. */
  count(outcome: Outcome, at: number): void {
    this.#roll(at);
    this.#window.outcomes[outcome] = (this.#window.outcomes[outcome] ?? 0) + 1;
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
    this.#addTo(belated, outcome, startedAt, endedAt, earliestAt);
    this.#count(outcome, startedAt, endedAt, undefined, earliestAt);
  }

  #addTo(second: Second, outcome: Outcome, startedAt: number, endedAt: number, earliestAt: number): void {
    second.outcomes[outcome] = (second.outcomes[outcome] ?? 0) + 1;
    if (outcome !== 'ok' || startedAt >= this.#drain.from) return;
    second.ok.record(endedAt - startedAt);
    second.earliest.record(Math.max(0, earliestAt - startedAt));
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
    const { ok, earliest, drained, failed, response, lateStart } = this.#latencies;
    if (intendedAt !== undefined) lateStart.record(Math.max(0, startedAt - intendedAt));
    const latencyMs = endedAt - startedAt;
    if (outcome !== 'ok') {
      if (outcome !== 'rate limited') failed.record(latencyMs);
    } else if (startedAt >= this.#drain.from) drained.record(latencyMs);
    else {
      ok.record(latencyMs);
      // No answer arrives before its call.
      earliest.record(Math.max(0, earliestAt - startedAt));
      response.record(intendedAt === undefined ? latencyMs : endedAt - intendedAt);
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

  /** `startedAt`: the release of the barrier, in ms of the clock of the records. */
  encode(startedAt: number): EncodedOperation {
    const slowest = this.#slowest.encode(startedAt);
    return {
      outcomes: { ...this.#outcomes },
      ...encoded(this.#latencies),
      ...(slowest.length > 0 ? { slowest } : {}),
      causes: [...this.#causes.values()].map((cause) => ({ ...cause, samples: [...cause.samples] })),
    };
  }

  /** The records of the current window so far; undefined without records. */
  window(): EncodedWindow['operations'][string] | undefined {
    return this.#windowCount === 0 ? undefined : encodeSecond(this.#window);
  }

  /** The late records in the seconds up to `last` that are not removed yet. */
  belated(last: number): [second: number, recorded: EncodedWindow['operations'][string]][] {
    const seconds = [...this.#belated].filter(([second]) => second <= last);
    return seconds.map(([second, recorded]) => [second, encodeSecond(recorded)]);
  }

  /** Nothing more is recorded in the seconds up to `last`. */
  forgetBelated(last: number): void {
    for (const second of this.#belated.keys()) if (second <= last) this.#belated.delete(second);
  }

  /** Empties the current window for the next second. */
  nextWindow(): void {
    if (this.#windowCount === 0) return;
    this.#window.ok.reset();
    this.#window.earliest.reset();
    this.#window = { ...this.#window, outcomes: {} };
    this.#windowCount = 0;
  }
}

function encodeSecond({ outcomes, ok, earliest }: Second): EncodedWindow['operations'][string] {
  return { outcomes: { ...outcomes }, ...encoded({ ok, earliest }) };
}

/** Histograms without values are left out. */
function encoded<Kind extends string>(latencies: Readonly<Record<Kind, LatencyHistogram>>) {
  const full = Object.entries<LatencyHistogram>(latencies).filter(([, { count }]) => count > 0);
  return Object.fromEntries(full.map(([kind, histogram]) => [kind, histogram.encode()])) as {
    [kind in Kind]?: EncodedHistogram;
  };
}
