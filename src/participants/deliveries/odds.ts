/** The costs of explaining arrivals by a lost event or by a repeated event: -ln of the frequency of each. */
export interface Odds {
  readonly missing: number;
  readonly surplus: number;
  /** The frequency of unusual latencies; 0 to 1. */
  readonly unusual: number;
  /** Whether an unusual latency is certain, or too little is known: only then may one event overtake another. */
  readonly mayOvertake: boolean;
}

interface Counts {
  settled: number;
  lost: number;
  twice: number;
  unusual: number;
}

/** The assumption without data: one event in seven is lost, and one is repeated. */
const BEFOREHAND = 7;
/** The assumption without data: one event in twenty has an unusual latency. */
const UNUSUAL = 0.05;
/** After this number of certain events without an unusual one, the service probably has none. */
const UNUSUAL_COUNTS_FROM = 20;
/** With this number of events of a kind, they count as much as the events of all kinds together. */
const KIND_COUNTS_FROM = 20;

/**
 * Learns how often this service loses or repeats events, by kind, from calls without another call near them: their
 * arrivals are certain. If an event seems lost and the next one repeated, a service that never loses events is slow.
 */
export class LearnedOdds {
  readonly #all: Counts = { settled: 0, lost: 0, twice: 0, unusual: 0 };
  readonly #byKind = new Map<string, Counts>();

  settled(
    event: string,
    outcome: 'ok' | 'late' | 'lost',
    { isTwice, isUnusual }: { readonly isTwice: boolean; readonly isUnusual: boolean },
  ): void {
    let kind = this.#byKind.get(event);
    if (!kind) {
      kind = { settled: 0, lost: 0, twice: 0, unusual: 0 };
      this.#byKind.set(event, kind);
    }
    for (const counts of [this.#all, kind]) {
      counts.settled += 1;
      if (outcome === 'lost') counts.lost += 1;
      if (isTwice) counts.twice += 1;
      if (isUnusual) counts.unusual += 1;
    }
  }

  of(event: string): Odds {
    const kind = this.#byKind.get(event);
    const cost = (count: 'lost' | 'twice') => {
      const rate = (this.#all[count] + 1) / (this.#all.settled + BEFOREHAND);
      if (!kind) return -Math.log(rate);
      return -Math.log((kind[count] + KIND_COUNTS_FROM * rate) / (kind.settled + KIND_COUNTS_FROM));
    };
    const { settled, unusual } = this.#all;
    return {
      missing: cost('lost'),
      surplus: cost('twice'),
      unusual: this.#unusual,
      mayOvertake: unusual > 0 || settled < UNUSUAL_COUNTS_FROM,
    };
  }

  /**
   * Without an unusual event, this probability decreases with the square of the number of events, so that a lost event
   * beside a repeated event is the likelier explanation. Otherwise, repeated events would count as late events of older calls, and a fast
   * service would seem slow.
   */
  get #unusual(): number {
    const { settled, unusual } = this.#all;
    if (unusual > 0) return (unusual + 1) / (settled + UNUSUAL_COUNTS_FROM);
    return UNUSUAL * Math.min(1, UNUSUAL_COUNTS_FROM / settled) ** 2;
  }
}
