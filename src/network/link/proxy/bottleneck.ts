import { SEGMENT_BYTES } from '../tcp.ts';
import { systemTimers, type Timers } from './timers.ts';

/**
 * The line is filled this far ahead, so that timers which come late leave no gap. Small enough for a short message
 * to find its turn soon next to a long transfer.
 */
const LEAD_MS = 20;

/** At high rates several segments travel as one piece, to spare timers. */
const PIECE_MS = 5;
const LARGEST_PIECE = 64 * 1024;

/** What waits for its turn on the line: one direction of one connection. */
export interface Traveller {
  /** The next piece to send: its length, and since when it could have been sent. */
  peekWaiting(): { readonly bytes: number; readonly readyAt: number } | undefined;
  /** The last bit of that piece leaves at `at`, ms of the clock. */
  sendWaiting(at: number): void;
  /** Called after the last `sendWaiting` of a turn. */
  settle(): void;
}

/**
 * One direction of a line with a bandwidth, shared by all connections of a path in turns of one piece. When each
 * piece has passed follows from arithmetic alone (virtual finish times), so late timers never add up to a lower rate.
 */
export class Bottleneck {
  readonly #timers: Timers;
  #kbps: number | undefined;
  /** When everything that was admitted has passed. */
  #freeAt = 0;
  #queue: Traveller[] = [];
  #timer: unknown;

  constructor(timers = systemTimers) {
    this.#timers = timers;
  }

  get isLimited(): boolean {
    return this.#kbps !== undefined;
  }

  /** How large the pieces may be that waiting bytes are cut into. */
  get pieceBytes(): number {
    if (this.#kbps === undefined) return LARGEST_PIECE;
    return Math.min(LARGEST_PIECE, Math.max(SEGMENT_BYTES, Math.floor((this.#kbps / 8) * PIECE_MS)));
  }

  /** Undefined means no limit; the caller then has to advance the flows that wait. */
  limit(kbps: number | undefined): void {
    this.#kbps = kbps;
    if (kbps !== undefined) return;
    this.#freeAt = 0;
    this.#queue = [];
    this.#timers.cancel(this.#timer);
  }

  /** Joins the queue, unless it is in it. */
  enqueue(traveller: Traveller): void {
    if (!this.#queue.includes(traveller)) this.#queue.push(traveller);
    this.#run();
  }

  leave(traveller: Traveller): void {
    this.#queue = this.#queue.filter((other) => other !== traveller);
  }

  /** Takes the line for a repeated segment, before all that waits; returns when its last bit leaves. */
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
      // From when it was ready, not from now: the line was not idle because a timer came late.
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
