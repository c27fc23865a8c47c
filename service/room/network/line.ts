/** What one media connection counted up to a moment; sums since it was opened. */
export type Sample = {
  atMs: number;
  /** Whether the other end has anything to send. */
  isExpecting: boolean;
  received: number;
  lost: number;
  sentBytes: number;
  jitterMs: number | undefined;
  rttMs: number | undefined;
  /** What the browser would dare to send. */
  availableKbps: number | undefined;
  /** What the other end said last of the way there, and when. */
  lossUp: { percent: number; atMs: number } | undefined;
};

/** The figures of one line over the window, in percent and milliseconds; undefined: not known. */
export type LineFigures = {
  lossDownPercent: number | undefined;
  lossUpPercent: number | undefined;
  rttMs: number | undefined;
  jitterMs: number | undefined;
  sentKbps: number;
  /** The most in the window: a line that got slower frightens the estimate for a moment. */
  availableKbps: number | undefined;
  received: number;
  lost: number;
};

/** Long enough for a percent to be more than one packet: sound has 50 of them in a second. */
const WINDOW_MS = 5_000;
/** Fewer packets say nothing. */
const LEAST_PACKETS = 25;
/** A line carries nothing if an expected packet did not come for this long. */
const SILENCE_MS = 3_000;
/** The other end reports every five seconds or so, and reports get lost themselves. */
const OLD_MS = 12_000;

/** The last seconds of one media connection. */
export class Line {
  #samples: Sample[] = [];

  add(sample: Sample) {
    const before = this.#samples.at(-1);
    // Connections that were negotiated again count from zero.
    if (before && sample.received < before.received) this.#samples = [];
    this.#samples.push(sample);
    // The oldest sample is at least a window old: it includes what came before it.
    while (this.#samples[1] && this.#samples[1].atMs <= sample.atMs - WINDOW_MS) this.#samples.shift();
  }

  get figures(): LineFigures | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || first === last) return undefined;
    const received = last.received - first.received;
    // Late packets that were counted as lost come off again.
    const lost = Math.max(0, last.lost - first.lost);
    const lastMs = last.atMs - first.atMs;
    return {
      lossDownPercent: this.#isSilent(last) ? 100 : percent(lost, lost + received),
      lossUpPercent: last.lossUp && last.atMs - last.lossUp.atMs <= OLD_MS ? last.lossUp.percent : undefined,
      rttMs: last.rttMs,
      jitterMs: last.jitterMs,
      // Bytes a millisecond are 8 kbps.
      sentKbps: ((last.sentBytes - first.sentBytes) * 8) / lastMs,
      availableKbps: greatest(this.#samples.map(({ availableKbps }) => availableKbps)),
      received,
      lost,
    };
  }

  /** Nothing has come for a while though there was a flow before. */
  #isSilent(last: Sample): boolean {
    if (!last.isExpecting || last.received === 0) return false;
    const since = this.#samples.find(({ received }) => received === last.received);
    return since !== undefined && last.atMs - since.atMs >= SILENCE_MS;
  }
}

function greatest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

function percent(part: number, whole: number): number | undefined {
  return whole < LEAST_PACKETS ? undefined : (100 * part) / whole;
}
