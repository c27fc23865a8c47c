/** What it costs to explain something by a lost event, and by one that arrived more than once: -ln of how often it is so. */
export interface Odds {
  readonly missing: number;
  readonly surplus: number;
  /** How often an event takes a time that is quite another one than usual; 0 to 1. */
  readonly unusual: number;
  /** Whether such an event was ever seen for certain, or too little is known: only then may one overtake another. */
  readonly mayOvertake: boolean;
}

interface Counts {
  settled: number;
  lost: number;
  twice: number;
  unusual: number;
}

/** Before anything is known: one event in seven is lost, and one sent again. */
const BEFOREHAND = 7;
/** Before anything is known: one event in twenty takes any time. */
const UNUSUAL = 0.05;
/** So many certain events without an unusual one say that there are none, as a rule. */
const UNUSUAL_COUNTS_FROM = 20;
/** So many events of a kind say as much of it as those of all kinds together. */
const KIND_COUNTS_FROM = 20;

/**
 * How often this service loses or repeats events, by their kinds, as learned from calls that no other one is near: there
 * it is certain what arrived for them. A service that never does so is slow where an event seems to be lost and the next
 * one repeated; a service that often does is not.
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
   * Where none was seen, it decays with the square of the number of events: a lost event beside a surplus one, each seen
   * once or never among as many, has to be the likelier explanation. Else surplus events would be the late ones of older
   * calls, and a quick service a slow one.
   */
  get #unusual(): number {
    const { settled, unusual } = this.#all;
    if (unusual > 0) return (unusual + 1) / (settled + UNUSUAL_COUNTS_FROM);
    return UNUSUAL * Math.min(1, UNUSUAL_COUNTS_FROM / settled) ** 2;
  }
}
