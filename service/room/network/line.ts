/** The counts of a media connection since it opened. */
export type Sample = {
  atMs: number;
  /** Whether the other end sends audio. */
  isExpecting: boolean;
  received: number;
  lost: number;
  sentBytes: number;
  jitterMs: number | undefined;
  rttMs: number | undefined;
  /** The browser's estimate of the bitrate that it could send. */
  availableKbps: number | undefined;
  /** The last report of the other end about the loss on the way there, with its time. */
  lossUp: { percent: number; atMs: number } | undefined;
};

/** The figures of one line over the window, in percent and milliseconds; undefined if unknown. */
export type LineFigures = {
  lossDownPercent: number | undefined;
  lossUpPercent: number | undefined;
  rttMs: number | undefined;
  jitterMs: number | undefined;
  sentKbps: number;
  /** The highest estimate in the window, because a slower line lowers it too much for a moment. */
  availableKbps: number | undefined;
  received: number;
  lost: number;
};

/** Long enough that one percent is more than one packet. Audio has 50 packets per second. */
const WINDOW_MS = 5_000;
/** The fewest packets for a loss in percent. */
const LEAST_PACKETS = 25;
/** The line counts as down if no expected packet arrives for this time. */
const SILENCE_MS = 3_000;
/** The age of an old report. The other end reports about every five seconds, and reports can be lost. */
const OLD_MS = 12_000;

/** The last seconds of one media connection. */
export class Line {
  #samples: Sample[] = [];

  add(sample: Sample) {
    const before = this.#samples.at(-1);
    // A new connection counts from zero.
    if (before && sample.received < before.received) this.#samples = [];
    this.#samples.push(sample);
    // The oldest sample is at least one window old, because figures are differences to it.
    while (this.#samples[1] && this.#samples[1].atMs <= sample.atMs - WINDOW_MS) this.#samples.shift();
  }

  get figures(): LineFigures | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || first === last) return undefined;
    const received = last.received - first.received;
    // Late packets reduce the count of lost packets again.
    const lost = Math.max(0, last.lost - first.lost);
    const lastMs = last.atMs - first.atMs;
    return {
      lossDownPercent: this.#isSilent(last) ? 100 : percent(lost, lost + received),
      lossUpPercent: last.lossUp && last.atMs - last.lossUp.atMs <= OLD_MS ? last.lossUp.percent : undefined,
      rttMs: last.rttMs,
      jitterMs: last.jitterMs,
      // One byte per millisecond is 8 kbps.
      sentKbps: ((last.sentBytes - first.sentBytes) * 8) / lastMs,
      availableKbps: greatest(this.#samples.map(({ availableKbps }) => availableKbps)),
      received,
      lost,
    };
  }

  /** Whether the flow of packets has stopped. */
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
