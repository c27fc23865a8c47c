/** What it costs to explain something by a lost event, and by one that arrived more than once: -ln of how often it is so. */
export interface Odds {
  readonly missing: number;
  readonly surplus: number;
}

interface Counts {
  settled: number;
  lost: number;
  twice: number;
}

/** Before anything is known: one event in seven is lost, and one sent again. */
const BEFOREHAND = 7;
/** So many events of a kind say as much of it as those of all kinds together. */
const KIND_COUNTS_FROM = 20;

/**
 * How often this service loses or repeats events, by their kinds, as learned from calls that no other one is near: there
 * it is certain what arrived for them. A service that never does so is slow where an event seems to be lost and the next
 * one repeated; a service that often does is not.
 */
export class LearnedOdds {
  readonly #all: Counts = { settled: 0, lost: 0, twice: 0 };
  readonly #byKind = new Map<string, Counts>();

  settled(event: string, outcome: 'ok' | 'late' | 'lost', isTwice: boolean): void {
    let kind = this.#byKind.get(event);
    if (!kind) {
      kind = { settled: 0, lost: 0, twice: 0 };
      this.#byKind.set(event, kind);
    }
    for (const counts of [this.#all, kind]) {
      counts.settled += 1;
      if (outcome === 'lost') counts.lost += 1;
      if (isTwice) counts.twice += 1;
    }
  }

  of(event: string): Odds {
    const kind = this.#byKind.get(event);
    const cost = (count: 'lost' | 'twice') => {
      const rate = (this.#all[count] + 1) / (this.#all.settled + BEFOREHAND);
      if (!kind) return -Math.log(rate);
      return -Math.log((kind[count] + KIND_COUNTS_FROM * rate) / (kind.settled + KIND_COUNTS_FROM));
    };
    return { missing: cost('lost'), surplus: cost('twice') };
  }
}
