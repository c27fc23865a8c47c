import type { Socket } from 'node:net';
import type { Random } from '../../../kernel/random.ts';
import { SEGMENT_BYTES } from '../tcp.ts';
import type { Bottleneck, Traveller } from './bottleneck.ts';
import type { Conditions } from './conditions.ts';
import type { DirectionCounts } from './direction-counts.ts';
import { Fifo } from './fifo.ts';
import { Losses } from './losses.ts';
import { type Ending, newPiece, type Piece, reset } from './piece.ts';
import { systemTimers, type Timers } from './timers.ts';

/** The limit of held bytes in one direction of a connection: about the largest TCP window of Linux. */
const LARGEST_WINDOW_BYTES = 4 * 1024 * 1024;
const SMALLEST_WINDOW_BYTES = 64 * 1024;
/** A window has room for the bytes of the round trip and of this time, which covers timers and a first timeout. */
const WINDOW_MS = 250;

export interface FlowOptions {
  readonly source: Socket;
  readonly sink: Socket;
  readonly bottleneck: Bottleneck;
  readonly counts: DirectionCounts;
  readonly conditions: Conditions;
  readonly random: { readonly loss: Random; readonly jitter: Random };
  /** If false, bytes are held until `open()`. */
  readonly isOpen: boolean;
  readonly timers?: Timers;
}

/**
 * One direction of one connection. Under good conditions, bytes go directly from socket to socket. Otherwise they are cut
 * into pieces. Each piece passes the bottleneck, may be lost and sent again, waits for the latency, and leaves in order. At
 * most one window of bytes is held; then the flow stops reading from the sender, and TCP slows the sender down.
 */
export class Flow implements Traveller {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #bottleneck: Bottleneck;
  readonly #counts: DirectionCounts;
  readonly #jitter: Random;
  readonly #timers: Timers;
  readonly #waiting = new Fifo<Piece>();
  /** In the order of the stream, with the lost pieces. */
  readonly #sent = new Fifo<Piece>();
  readonly #losses: Losses;
  #conditions: Conditions;
  #sequence = 0;
  #heldBytes = 0;
  #isOpen: boolean;
  #isDirect: boolean;
  #discards = false;
  #timer: unknown;
  #timerAt = Number.POSITIVE_INFINITY;
  /** Bytes of this stream disappeared, so it can never continue. */
  hasGap = false;

  constructor(options: FlowOptions) {
    const { source, sink, bottleneck, counts, conditions, random, isOpen } = options;
    this.#source = source;
    this.#sink = sink;
    this.#bottleneck = bottleneck;
    this.#counts = counts;
    this.#jitter = random.jitter;
    this.#timers = options.timers ?? systemTimers;
    this.#losses = new Losses(conditions, counts, random.loss);
    this.#isOpen = isOpen;
    this.#conditions = conditions;
    this.#isDirect = isOpen && conditions.areGood;
    source.on('data', (chunk: Buffer) => this.#received(chunk));
    sink.on('drain', () => this.#drained());
  }

  /** Call it at the end of the handshake. */
  open(): void {
    const now = this.#timers.now();
    this.#isOpen = true;
    for (const piece of this.#waiting) piece.readyAt = now;
    this.#advance(now);
  }

  apply(conditions: Conditions): void {
    if (this.#discards) return;
    const isReplanned = conditions.impairment !== this.#conditions.impairment;
    this.#conditions = conditions;
    this.#isDirect = false;
    const now = this.#timers.now();
    if (isReplanned) this.#replan(now);
    this.#advance(now);
  }

  /** The source ends the stream after its bytes. */
  end(ending: Ending): void {
    if (this.#discards) return;
    if (this.#isDirect) this.#finish(ending);
    else if (this.#conditions.swallows) this.hasGap = true;
    else this.#enqueue(ending);
  }

  /** Stops the flow. The source is still read, and its bytes are dropped, so that its end is noticed. */
  discard(): void {
    this.#discards = true;
    this.#isDirect = false;
    this.#counts.droppedBytes += this.#heldBytes;
    this.#release(this.#heldBytes);
    for (const pieces of [this.#waiting, this.#sent, this.#losses]) pieces.clear();
    this.#bottleneck.leave(this);
    this.#timers.cancel(this.#timer);
    this.#source.resume();
  }

  peekWaiting(): Piece | undefined {
    return this.#waiting.peek();
  }

  sendWaiting(at: number): void {
    const piece = this.#waiting.shift()!;
    this.#sent.push(piece);
    if (this.#losses.areSet) this.#counts.segments += 1;
    this.#transmit(piece, at);
  }

  settle(now = this.#timers.now()): void {
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
    const now = this.#timers.now();
    if (typeof data === 'string') {
      this.#waiting.push(newPiece(data, this.#sequence++, now));
    } else {
      const size = this.#losses.areSet ? SEGMENT_BYTES : this.#bottleneck.pieceBytes;
      for (let from = 0; from < data.length; from += size) {
        const part = data.length <= size ? data : data.subarray(from, from + size);
        this.#waiting.push(newPiece(part, this.#sequence++, now));
      }
      this.#heldBytes += data.length;
      this.#counts.heldBytes += data.length;
    }
    this.#advance(now);
  }

  /** Sends the waiting pieces that the line admits. */
  #advance(now: number): void {
    if (this.#isOpen && this.#waiting.length > 0) {
      if (this.#bottleneck.isLimited) this.#bottleneck.enqueue(this);
      else while (this.#waiting.length > 0) this.sendWaiting(now);
    }
    this.settle(now);
  }

  #transmit(piece: Piece, at: number): void {
    const { latencyMs = 0, jitterMs = 0 } = this.#conditions.impairment;
    piece.sentAt = at;
    if (this.#losses.isLost(piece, at)) {
      piece.dueAt = Number.POSITIVE_INFINITY;
      return;
    }
    const jitter = jitterMs > 0 ? (2 * this.#jitter() - 1) * jitterMs : 0;
    piece.dueAt = at + Math.max(0, latencyMs + jitter);
  }

  /** A late timer may have missed more than one timeout of a piece. */
  #retransmit(now: number): void {
    for (let due = this.#losses.takeDue(now); due.length > 0; due = this.#losses.takeDue(now)) {
      for (const piece of due) this.#transmit(piece, this.#bottleneck.take(piece.bytes, piece.retryAt));
    }
  }

  #deliver(now: number): void {
    if (this.#conditions.isStalled || !this.#isOpen) return;
    this.#sink.cork();
    for (let piece = this.#sent.peek(); piece && piece.dueAt <= now; piece = this.#sent.peek()) {
      if (this.#sink.writableNeedDrain) break;
      this.#sent.shift();
      if (typeof piece.data === 'string') {
        // A reset would discard the corked bytes.
        this.#sink.uncork();
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
   * Applies new settings at once: lost pieces are sent again now, and sent pieces arrive no later than under the new
   * settings.
   */
  #replan(now: number): void {
    const { latencyMs = 0 } = this.#conditions.impairment;
    for (const piece of this.#sent) {
      if (this.#losses.has(piece)) continue;
      // Without a bandwidth limit, pieces that were admitted to the line ahead of time have left it.
      if (!this.#bottleneck.isLimited) piece.sentAt = Math.min(piece.sentAt, now);
      piece.dueAt = Math.min(piece.dueAt, Math.max(piece.sentAt, now) + latencyMs);
    }
    this.#losses.under(this.#conditions);
    for (const piece of this.#losses.takeAll()) {
      this.#transmit(piece, this.#bottleneck.take(piece.bytes, now));
    }
  }

  /** Reads from the source while the window has room. */
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

  /** Sets one timer for the next event: the head of the queue is due, or a lost piece is sent again. */
  #arm(now: number): void {
    const canDeliver = this.#isOpen && !this.#conditions.isStalled && !this.#sink.writableNeedDrain;
    const head = canDeliver ? this.#sent.peek() : undefined;
    const next = Math.min(head?.dueAt ?? Number.POSITIVE_INFINITY, this.#losses.nextAt);
    if (next === this.#timerAt) return;
    this.#timers.cancel(this.#timer);
    this.#timerAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#timers.after(Math.max(1, Math.ceil(next - now)), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.settle();
    });
  }
}
