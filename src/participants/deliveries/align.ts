import type { Odds } from './odds.ts';

/** The latency of most events of a service, and the mean of its logarithm's distances from it. */
export interface Typical {
  readonly ms: number;
  readonly spread: number;
}

/** Calls that cause one kind of event about one user, and the arrivals at one member. All times in ms of one clock. */
export interface Heard {
  /** Start times of the calls, ascending. */
  readonly calls: readonly number[];
  /** The stay of the member in the room, until now at the latest. */
  readonly enteredAt: number;
  readonly until: number;
  /** Arrivals at the member, in order. */
  readonly arrivals: readonly number[];
  readonly typical: Typical;
  readonly odds: Odds;
  /** No event arrives later than this after its call. */
  readonly latestMs: number;
  /** A repeated event follows the one before within this time. A later arrival has another, unknown cause. */
  readonly surplusWithinMs: number;
}

export interface Alignment {
  /** By call: its first arrival, or -1. */
  readonly first: readonly number[];
  /** By call: the number of further arrivals. */
  readonly surplus: readonly number[];
  /** By arrival: its call, or -1. */
  readonly callOf: readonly number[];
}

/** An unfinished alignment. */
interface Draft {
  readonly first: number[];
  readonly surplus: number[];
  readonly callOf: number[];
}

// Costs are natural logarithms of odds: one late event in three overtakes another. Only their order of magnitude matters.
// The frequencies of lost, repeated and unusual events are learned (see `Odds`).
const OVERTAKEN = 1;
/** The spread of unusual latencies, on the same scale as `Typical.spread`. */
const UNUSUAL_SPREAD = 2;
/** High, so that it is chosen only if nothing else explains an arrival. */
const UNEXPLAINED = 50;

const LATER_CALL = 1;
const ARRIVED = 2;
const UNKNOWN = 3;
const MATCH = 4;
const AGAIN = 5;

/**
 * Finds the most likely match of arrivals and calls that keeps the order, as a connection does. Each arrival is the first
 * of its call, a repeated one of the call before, or unexplained; a call without an arrival is missing. The farther a
 * latency is from the typical one, on a logarithmic scale, the less likely it is. So if all events are late, an arrival
 * is matched with an early call, and otherwise with the call just before it. (Alignment of two sequences by dynamic
 * programming; a few calls and arrivals at a time.)
 */
export function align(heard: Heard): Alignment {
  const { calls, arrivals } = heard;
  if (isPlain(heard)) return oneEach(calls.length, arrivals.length);
  const width = arrivals.length + 1;
  const size = (calls.length + 1) * width;
  // `all`: the costs of explaining the calls and arrivals so far. `arrived`: if the last of these calls has an arrival.
  const all = new Float64Array(size);
  const arrived = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const stepOfAll = new Uint8Array(size);
  const stepOfArrived = new Uint8Array(size);
  for (let i = 0; i <= calls.length; i++) {
    for (let j = 0; j <= arrivals.length; j++) {
      const at = i * width + j;
      if (i > 0 && j > 0) {
        const latency = costOfLatency(arrivals[j - 1]! - calls[i - 1]!, heard);
        const match = all[at - width - 1]! + latency;
        const isSoon = j > 1 && arrivals[j - 1]! - arrivals[j - 2]! <= heard.surplusWithinMs;
        const again = isSoon
          ? arrived[at - 1]! + costOfSurplus(arrivals[j - 1]! - calls[i - 1]!, heard)
          : Number.POSITIVE_INFINITY;
        const unknown = arrived[at - 1]! + UNEXPLAINED;
        arrived[at] = Math.min(match, again, unknown);
        stepOfArrived[at] = match === arrived[at] ? MATCH : again === arrived[at] ? AGAIN : UNKNOWN;
      }
      if (at === 0) continue;
      const lost = i > 0 ? all[at - width]! + costOfMissing(calls[i - 1]!, heard) : Number.POSITIVE_INFINITY;
      const unknown = j > 0 ? all[at - 1]! + UNEXPLAINED : Number.POSITIVE_INFINITY;
      const best = Math.min(arrived[at]!, lost, unknown);
      all[at] = best;
      stepOfAll[at] = best === arrived[at] ? ARRIVED : best === lost ? LATER_CALL : UNKNOWN;
    }
  }
  const alignment = backwards(calls.length, arrivals.length, stepOfAll, stepOfArrived);
  if (heard.odds.mayOvertake) allowOvertaking(heard, alignment);
  return alignment;
}

/**
 * A service that delays single events sends them in another order. If it is likelier, a seemingly repeated event is the
 * late event of an earlier call without an arrival.
 */
function allowOvertaking(heard: Heard, { first, surplus, callOf }: Draft): void {
  const { calls, arrivals } = heard;
  for (const [arrival, call] of callOf.entries()) {
    if (call < 0 || first[call] === arrival) continue;
    const asSurplus = costOfSurplus(arrivals[arrival]! - calls[call]!, heard);
    let [best, saved] = [-1, 0];
    for (let earlier = 0; earlier < call; earlier++) {
      if (first[earlier] !== -1) continue;
      const asLate = OVERTAKEN + costOfLatency(arrivals[arrival]! - calls[earlier]!, heard);
      const saves = asSurplus + costOfMissing(calls[earlier]!, heard) - asLate;
      if (saves > saved) [best, saved] = [earlier, saves];
    }
    if (best < 0) continue;
    first[best] = arrival;
    callOf[arrival] = best;
    surplus[call] = surplus[call]! - 1;
  }
}

/** In a Laplace distribution, one value in 400 is farther from the middle than this. */
const FAR_SPREADS = 6;

/** A latency within this factor of the typical one needs no alignment. */
const PLAIN = Math.log(5);

/** The most frequent case: nothing arrived, or one event after each call and before the next, with a usual latency. */
function isPlain({ calls, arrivals, typical }: Heard): boolean {
  if (arrivals.length === 0) return true;
  if (arrivals.length !== calls.length) return false;
  for (let index = 0; index < calls.length; index++) {
    const ms = arrivals[index]! - calls[index]!;
    const isBeforeNext = index + 1 === calls.length || arrivals[index]! < calls[index + 1]!;
    if (ms < 0 || !isBeforeNext || logDistance(ms, typical.ms) > PLAIN) return false;
  }
  return true;
}

/** Alignments without arrivals, and with one arrival for each call, by the number of calls: made once, used often. */
const nothings: Alignment[] = [];
const plains: Alignment[] = [];

function oneEach(calls: number, arrivals: number): Alignment {
  const known = (arrivals === 0 ? nothings : plains)[calls];
  if (known) return known;
  const first = Array.from({ length: calls }, (_, index) => (arrivals === 0 ? -1 : index));
  const made = { first, surplus: first.map(() => 0), callOf: arrivals === 0 ? [] : first };
  (arrivals === 0 ? nothings : plains)[calls] = made;
  return made;
}

function backwards(calls: number, arrivals: number, stepOfAll: Uint8Array, stepOfArrived: Uint8Array): Draft {
  const first = new Array<number>(calls).fill(-1);
  const surplus = new Array<number>(calls).fill(0);
  const callOf = new Array<number>(arrivals).fill(-1);
  let [i, j] = [calls, arrivals];
  let hasArrived = false;
  while (i > 0 || j > 0) {
    const at = i * (arrivals + 1) + j;
    const step = hasArrived ? stepOfArrived[at] : stepOfAll[at];
    if (step === ARRIVED) {
      hasArrived = true;
    } else if (step === LATER_CALL) {
      i -= 1;
    } else if (step === UNKNOWN) {
      j -= 1;
    } else {
      callOf[j - 1] = i - 1;
      if (step === AGAIN) {
        surplus[i - 1] = surplus[i - 1]! + 1;
      } else {
        first[i - 1] = j - 1;
        hasArrived = false;
        i -= 1;
      }
      j -= 1;
    }
  }
  return { first, surplus, callOf };
}

/** A missing event costs nothing if the member entered after the call or left soon after it. */
function costOfMissing(call: number, { enteredAt, until, typical, odds }: Heard): number {
  return call > enteredAt && until - call > 2 * typical.ms ? odds.missing : 0;
}

/** The sum of two Laplace distributions of the logarithm: most latencies are near the typical one, a few are anywhere. */
function costOfLatency(ms: number, { typical, latestMs, odds: { unusual: often } }: Heard): number {
  if (ms < 0 || ms > latestMs) return Number.POSITIVE_INFINITY;
  const { spread } = typical;
  const distance = logDistance(ms, typical.ms);
  const usual = ((1 - often) / spread) * Math.exp(-distance / spread);
  const unusual = (often / UNUSUAL_SPREAD) * Math.exp(-distance / UNUSUAL_SPREAD);
  return Math.log((1 - often) / spread) - Math.log(usual + unusual);
}

/** A repeated event usually comes soon after the first one. */
function costOfSurplus(ms: number, { typical, latestMs, odds }: Heard): number {
  return ms < 0 || ms > latestMs ? Number.POSITIVE_INFINITY : odds.surplus + logDistance(ms, typical.ms);
}

/** Whether the latency is far outside the spread of the typical one. */
export function isUnusual(ms: number, typical: Typical): boolean {
  return logDistance(ms, typical.ms) > Math.max(PLAIN, FAR_SPREADS * typical.spread);
}

/** The added millisecond makes differences of about 1 ms irrelevant. */
export function logDistance(ms: number, otherMs: number): number {
  return Math.abs(Math.log((ms + 1) / (otherMs + 1)));
}
