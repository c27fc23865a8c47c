import { SEGMENT_BYTES } from '../tcp.ts';
import { systemTimers, type Timers } from './timers.ts';

/**
 * The line is filled this far ahead, so that late timers leave no gap. The time is short enough that a short message gets
 * its turn soon during a long transfer.
 */
const LEAD_MS = 20;

/** At high rates, several segments form one piece, which saves timers. */
const PIECE_MS = 5;
const LARGEST_PIECE = 64 * 1024;

/** One direction of one connection, which waits for its turn on the line. */
export interface Traveller {
  /** The next piece to send: its length, and the time since which it could have been sent. */
  peekWaiting(): { readonly bytes: number; readonly readyAt: number } | undefined;
  /** Sends that piece. Its last bit leaves at `at`, in ms of the clock. */
  sendWaiting(at: number): void;
  /** The bottleneck calls it after the last `sendWaiting` of a turn. */
  settle(): void;
}

/**
 * One direction of a line with a bandwidth. All connections of a path share it in turns of one piece. The time at which a
 * piece has passed is computed (virtual finish times), so late timers never add up to a lower rate.
 */
export class Bottleneck {
  readonly #timers: Timers;
  #kbps: number | undefined;
  /** The time at which all admitted pieces have passed. */
  #freeAt = 0;
  #queue: Traveller[] = [];
  #timer: unknown;

  constructor(timers = systemTimers) {
    this.#timers = timers;
  }

  get isLimited(): boolean {
    return this.#kbps !== undefined;
  }

  /** The largest piece that waiting bytes are cut into. */
  get pieceBytes(): number {
    if (this.#kbps === undefined) return LARGEST_PIECE;
    return Math.min(LARGEST_PIECE, Math.max(SEGMENT_BYTES, Math.floor((this.#kbps / 8) * PIECE_MS)));
  }

  /** Undefined means no limit; then the caller must advance the waiting flows. */
  limit(kbps: number | undefined): void {
    this.#kbps = kbps;
    if (kbps !== undefined) return;
    this.#freeAt = 0;
    this.#queue = [];
    this.#timers.cancel(this.#timer);
  }

  /** Adds a traveller to the queue, unless it is already there. */
  enqueue(traveller: Traveller): void {
    if (!this.#queue.includes(traveller)) this.#queue.push(traveller);
    this.#run();
  }

  leave(traveller: Traveller): void {
    this.#queue = this.#queue.filter((other) => other !== traveller);
  }

  /** Reserves the line for a repeated segment before all waiting pieces; returns the time at which its last bit leaves. */
  take(bytes: number, readyAt: number): number {
    if (this.#kbps === undefined) return readyAt;
    this.#freeAt = Math.max(this.#freeAt, readyAt) + (bytes * 8) / this.#kbps;
    return this.#freeAt;
  }

  #run(): void {
    this.#timers.cancel(this.#timer);
    const horizon = this.#timers.now() + LEAD_MS;
    const served = new Set<Traveller>();
    while (this.#kbps !== undefined && this.#freeAt < horizon) {
      const traveller = this.#queue.shift();
      if (!traveller) break;
      const piece = traveller.peekWaiting();
      if (!piece) continue;
      // The line is busy from the time at which the piece was ready: a late timer does not make the line idle.
      this.#freeAt = Math.max(this.#freeAt, piece.readyAt) + (piece.bytes * 8) / this.#kbps;
      traveller.sendWaiting(this.#freeAt);
      served.add(traveller);
      if (traveller.peekWaiting()) this.#queue.push(traveller);
    }
    if (this.#queue.length > 0) {
      const wakeAt = this.#freeAt - LEAD_MS / 2;
      this.#timer = this.#timers.after(Math.max(1, wakeAt - this.#timers.now()), () => this.#run());
    }
    for (const traveller of served) traveller.settle();
  }
}
