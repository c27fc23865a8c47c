import type { Socket } from 'node:net';
import { systemClock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import { type LossProcess, lossProcess } from '../loss-process.ts';
import { DUPLICATE_ACKS, LONGEST_RTO_MS, SEGMENT_BYTES } from '../tcp.ts';
import type { Bottleneck, Traveller } from './bottleneck.ts';
import type { Conditions } from './conditions.ts';
import type { DirectionCounts } from './direction-counts.ts';
import { Fifo } from './fifo.ts';
import { reset } from './reset.ts';

/** The most that one direction of a connection holds: about what Linux lets a TCP window grow to. */
export const LARGEST_WINDOW_BYTES = 4 * 1024 * 1024;
const SMALLEST_WINDOW_BYTES = 64 * 1024;
/** A window is as large as what passes in the round trip and this time, which covers timers and a first timeout. */
const WINDOW_MS = 250;

/** How a direction of a connection ends: in order after its bytes, as they travel. */
export type Ending = 'fin' | 'rst';

/** A piece of the stream on its way; under loss, one TCP segment. */
interface Piece {
  readonly data: Buffer | Ending;
  readonly bytes: number;
  readonly sequence: number;
  readonly arrivedAt: number;
  /** Since when it could have been sent: later than it arrived when it came during the handshake. */
  readyAt: number;
  sentAt: number;
  /** When it gets to the other end; Infinity while it is lost. */
  dueAt: number;
  /**
   * Of a lost piece: when it is sent again, how many timeouts it had, how many later pieces got through, and whether
   * these make it be sent again before its timeout.
   */
  retryAt: number;
  timeouts: number;
  laterOnes: number;
  isMissed: boolean;
}

export interface FlowOptions {
  readonly source: Socket;
  readonly sink: Socket;
  readonly bottleneck: Bottleneck;
  readonly counts: DirectionCounts;
  readonly conditions: Conditions;
  readonly random: { readonly loss: Random; readonly jitter: Random };
  /** False: what comes is held until `open()`. */
  readonly isOpen: boolean;
}

/**
 * One direction of one connection. Under good conditions bytes go straight from socket to socket. Otherwise they
 * are cut into pieces, each of which passes the bottleneck, may be lost and sent again, travels for the latency, and
 * leaves in order. At most a window of bytes is held; then the sender is not read from, and TCP slows it down.
 */
export class Flow implements Traveller {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #bottleneck: Bottleneck;
  readonly #counts: DirectionCounts;
  readonly #random: FlowOptions['random'];
  readonly #waiting = new Fifo<Piece>();
  /** In the order of the stream, lost ones among them. */
  readonly #sent = new Fifo<Piece>();
  readonly #lost = new Set<Piece>();
  /** Lost the first time, and not yet missed by the receiver. */
  readonly #unnoticed = new Set<Piece>();
  #conditions: Conditions;
  #losesNext: LossProcess | undefined;
  #wasLost = false;
  #sequence = 0;
  #heldBytes = 0;
  #isOpen: boolean;
  #isDirect: boolean;
  #discards = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** Bytes of this stream disappeared: it can never go on. */
  hasGap = false;

  constructor({ source, sink, bottleneck, counts, conditions, random, isOpen }: FlowOptions) {
    this.#source = source;
    this.#sink = sink;
    this.#bottleneck = bottleneck;
    this.#counts = counts;
    this.#random = random;
    this.#isOpen = isOpen;
    this.#conditions = conditions;
    this.#isDirect = isOpen && conditions.areGood;
    const { loss } = conditions.impairment;
    this.#losesNext = loss && lossProcess(loss, random.loss);
    source.on('data', (chunk: Buffer) => this.#received(chunk));
    sink.on('drain', () => this.#drained());
  }

  /** The handshake is over. */
  open(): void {
    const now = systemClock.now();
    this.#isOpen = true;
    for (const piece of this.#waiting) piece.readyAt = now;
    this.#advance(now);
  }

  apply(conditions: Conditions): void {
    if (this.#discards) return;
    const isReplanned = conditions.impairment !== this.#conditions.impairment;
    this.#conditions = conditions;
    this.#isDirect = false;
    const now = systemClock.now();
    if (isReplanned) this.#replan(now);
    this.#advance(now);
  }

  /** The source ends the stream, after what it sent. */
  end(ending: Ending): void {
    if (this.#discards) return;
    if (this.#isDirect) this.#finish(ending);
    else if (this.#conditions.swallows) this.hasGap = true;
    else this.#enqueue(ending);
  }

  /** Nothing passes any more; what is still sent goes nowhere, so that the end of the sender is noticed. */
  discard(): void {
    this.#discards = true;
    this.#isDirect = false;
    this.#counts.droppedBytes += this.#heldBytes;
    this.#release(this.#heldBytes);
    for (const pieces of [this.#waiting, this.#sent, this.#lost, this.#unnoticed]) pieces.clear();
    this.#bottleneck.leave(this);
    clearTimeout(this.#timer);
    this.#source.resume();
  }

  peekWaiting(): Piece | undefined {
    return this.#waiting.peek();
  }

  sendWaiting(at: number): void {
    const piece = this.#waiting.shift()!;
    this.#sent.push(piece);
    if (this.#losesNext) this.#counts.segments += 1;
    this.#transmit(piece, at);
  }

  settle(now = systemClock.now()): void {
    if (this.#discards) return;
    this.#retransmit(now);
    this.#deliver(now);
    if (this.#discards) return;
    const isEmpty = this.#waiting.length === 0 && this.#sent.length === 0;
    this.#isDirect = isEmpty && this.#isOpen && this.#conditions.areGood;
    this.#regulate();
    this.#arm(now);
  }

  #received(chunk: Buffer): void {
    this.#counts.receivedBytes += chunk.length;
    if (this.#isDirect) {
      this.#counts.passedBytes += chunk.length;
      if (!this.#sink.write(chunk)) this.#source.pause();
    } else if (this.#discards) {
      this.#counts.droppedBytes += chunk.length;
    } else if (this.#conditions.swallows) {
      this.hasGap = true;
      this.#counts.swallowedBytes += chunk.length;
    } else {
      this.#enqueue(chunk);
    }
  }

  #drained(): void {
    if (this.#isDirect) this.#source.resume();
    else this.settle();
  }

  #enqueue(data: Buffer | Ending): void {
    const now = systemClock.now();
    if (typeof data === 'string') {
      this.#waiting.push(this.#piece(data, 0, now));
    } else {
      const size = this.#losesNext ? SEGMENT_BYTES : this.#bottleneck.pieceBytes;
      for (let from = 0; from < data.length; from += size) {
        const part = data.length <= size ? data : data.subarray(from, from + size);
        this.#waiting.push(this.#piece(part, part.length, now));
      }
      this.#heldBytes += data.length;
      this.#counts.heldBytes += data.length;
    }
    this.#advance(now);
  }

  #piece(data: Buffer | Ending, bytes: number, now: number): Piece {
    return {
      data,
      bytes,
      sequence: this.#sequence++,
      arrivedAt: now,
      readyAt: now,
      sentAt: now,
      dueAt: now,
      retryAt: Number.POSITIVE_INFINITY,
      timeouts: 0,
      laterOnes: 0,
      isMissed: false,
    };
  }

  /** Sends what waits, as far as the line lets it. */
  #advance(now: number): void {
    if (this.#isOpen && this.#waiting.length > 0) {
      if (this.#bottleneck.isLimited) this.#bottleneck.enqueue(this);
      else while (this.#waiting.length > 0) this.sendWaiting(now);
    }
    this.settle(now);
  }

  #transmit(piece: Piece, at: number): void {
    const { impairment, rtoMs } = this.#conditions;
    piece.sentAt = at;
    if (this.#losesNext) {
      this.#counts.transmissions += 1;
      const isLost = this.#losesNext();
      if (isLost) {
        this.#counts.lost += 1;
        if (!this.#wasLost) this.#counts.bursts += 1;
      }
      this.#wasLost = isLost;
      if (isLost) {
        if (piece.timeouts === 0 && piece.laterOnes === 0) this.#unnoticed.add(piece);
        piece.dueAt = Number.POSITIVE_INFINITY;
        piece.retryAt = at + Math.min(LONGEST_RTO_MS, rtoMs * 2 ** piece.timeouts);
        this.#lost.add(piece);
        return;
      }
    }
    const { latencyMs = 0, jitterMs = 0 } = impairment;
    const jitter = jitterMs > 0 ? (2 * this.#random.jitter() - 1) * jitterMs : 0;
    piece.dueAt = at + Math.max(0, latencyMs + jitter);
    if (this.#unnoticed.size > 0) this.#gotThrough(piece, at);
  }

  /** Fast retransmit: the acknowledgement of the third later piece is back one round trip after that was sent. */
  #gotThrough({ sequence }: Piece, at: number): void {
    for (const piece of this.#unnoticed) {
      if (piece.sequence > sequence) continue;
      piece.laterOnes += 1;
      if (piece.laterOnes < DUPLICATE_ACKS) continue;
      this.#unnoticed.delete(piece);
      const missedAt = at + this.#conditions.rttMs;
      if (missedAt >= piece.retryAt) continue;
      piece.retryAt = missedAt;
      piece.isMissed = true;
    }
  }

  #retransmit(now: number): void {
    for (;;) {
      const due = [...this.#lost].filter((piece) => piece.retryAt <= now);
      if (due.length === 0) return;
      for (const piece of due.sort((one, other) => one.retryAt - other.retryAt)) this.#again(piece);
    }
  }

  #again(piece: Piece): void {
    if (piece.isMissed) {
      this.#counts.fast += 1;
    } else {
      this.#counts.afterTimeout += 1;
      piece.timeouts += 1;
    }
    piece.isMissed = false;
    this.#unnoticed.delete(piece);
    this.#lost.delete(piece);
    this.#transmit(piece, this.#bottleneck.take(piece.bytes, piece.retryAt));
  }

  #deliver(now: number): void {
    if (this.#conditions.isStalled || !this.#isOpen) return;
    this.#sink.cork();
    for (let piece = this.#sent.peek(); piece && piece.dueAt <= now; piece = this.#sent.peek()) {
      if (this.#sink.writableNeedDrain) break;
      this.#sent.shift();
      if (typeof piece.data === 'string') {
        this.#finish(piece.data);
        continue;
      }
      this.#counts.passedBytes += piece.bytes;
      this.#counts.delayed(now - piece.arrivedAt);
      this.#release(piece.bytes);
      this.#sink.write(piece.data);
    }
    this.#sink.uncork();
  }

  #finish(ending: Ending): void {
    if (ending === 'fin') {
      this.#sink.end();
      return;
    }
    reset(this.#sink);
    this.discard();
  }

  #release(bytes: number): void {
    this.#heldBytes -= bytes;
    this.#counts.heldBytes -= bytes;
  }

  /**
   * New settings hold at once: lost pieces are sent again now, and what is on its way arrives no later than it would
   * under the new ones.
   */
  #replan(now: number): void {
    const { loss, latencyMs = 0 } = this.#conditions.impairment;
    this.#losesNext = loss && lossProcess(loss, this.#random.loss);
    for (const piece of this.#sent) {
      if (this.#lost.has(piece)) continue;
      // Without a bandwidth, what was let into the line ahead of time has left it.
      if (!this.#bottleneck.isLimited) piece.sentAt = Math.min(piece.sentAt, now);
      piece.dueAt = Math.min(piece.dueAt, Math.max(piece.sentAt, now) + latencyMs);
    }
    for (const piece of [...this.#lost].sort((one, other) => one.sequence - other.sequence)) {
      this.#counts.afterTimeout += 1;
      this.#lost.delete(piece);
      this.#unnoticed.delete(piece);
      piece.timeouts = 0;
      piece.laterOnes = 0;
      piece.isMissed = false;
      this.#transmit(piece, this.#bottleneck.take(piece.bytes, now));
    }
  }

  /** Reads from the source as long as the window has room. */
  #regulate(): void {
    const isFull = this.#isDirect ? this.#sink.writableNeedDrain : this.#heldBytes >= this.#windowBytes();
    if (isFull === this.#source.isPaused()) return;
    if (isFull) this.#source.pause();
    else this.#source.resume();
  }

  #windowBytes(): number {
    const { impairment, rttMs } = this.#conditions;
    const { bandwidthKbps, latencyMs = 0, jitterMs = 0 } = impairment;
    if (bandwidthKbps === undefined) return LARGEST_WINDOW_BYTES;
    const bytes = (bandwidthKbps / 8) * (Math.max(rttMs, latencyMs + jitterMs) + WINDOW_MS);
    return Math.min(LARGEST_WINDOW_BYTES, Math.max(SMALLEST_WINDOW_BYTES, bytes));
  }

  /** One timer for whatever comes next: the head of the queue is due, or a lost piece is sent again. */
  #arm(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    const head = this.#sent.peek();
    const canDeliver = this.#isOpen && !this.#conditions.isStalled && !this.#sink.writableNeedDrain;
    if (head && canDeliver) next = head.dueAt;
    for (const { retryAt } of this.#lost) if (retryAt < next) next = retryAt;
    if (next === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.settle();
      },
      Math.max(1, Math.ceil(next - now)),
    );
  }
}
