import type { Random } from '../../../kernel/random.ts';
import { type LossProcess, lossProcess } from '../loss-process.ts';
import { DUPLICATE_ACKS, LONGEST_RTO_MS } from '../tcp.ts';
import type { Conditions } from './conditions.ts';
import type { DirectionCounts } from './direction-counts.ts';
import type { Piece } from './piece.ts';

/** Decides which transmissions of a stream are lost, and when lost pieces are sent again. */
export class Losses {
  readonly #counts: DirectionCounts;
  readonly #random: Random;
  readonly #lost = new Set<Piece>();
  /** Pieces that were lost at the first transmission, and that the receiver has not missed yet. */
  readonly #unnoticed = new Set<Piece>();
  #conditions: Conditions;
  #loses: LossProcess | undefined;
  #wasLost = false;

  constructor(conditions: Conditions, counts: DirectionCounts, random: Random) {
    this.#counts = counts;
    this.#random = random;
    this.#conditions = conditions;
    this.under(conditions);
  }

  /** Whether a loss is set, also a loss of 0%. */
  get areSet(): boolean {
    return this.#loses !== undefined;
  }

  /** The time at which the next lost piece is sent again. */
  get nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { retryAt } of this.#lost) if (retryAt < next) next = retryAt;
    return next;
  }

  /** Applies other conditions, with the same stream of random numbers. */
  under(conditions: Conditions): void {
    const { loss } = conditions.impairment;
    this.#conditions = conditions;
    this.#loses = loss && lossProcess(loss, this.#random);
  }

  has(piece: Piece): boolean {
    return this.#lost.has(piece);
  }

  /** Decides about one transmission, and sets the retry of a lost piece. */
  isLost(piece: Piece, at: number): boolean {
    const isLost = this.#loses?.() ?? false;
    this.#count(isLost);
    if (isLost) this.#lose(piece, at);
    else this.#gotThrough(piece, at);
    return isLost;
  }

  /** Removes and returns the pieces that are due to be sent again, in the order of their due times. */
  takeDue(now: number): Piece[] {
    if (this.#lost.size === 0) return [];
    const due = [...this.#lost].filter(({ retryAt }) => retryAt <= now);
    for (const piece of due) {
      if (piece.isMissed) {
        this.#counts.fast += 1;
      } else {
        this.#counts.afterTimeout += 1;
        piece.timeouts += 1;
      }
      piece.isMissed = false;
      this.#unnoticed.delete(piece);
      this.#lost.delete(piece);
    }
    return due.sort((one, other) => one.retryAt - other.retryAt);
  }

  /** Removes and returns all lost pieces in the order of the stream, as if they had never been sent. */
  takeAll(): Piece[] {
    const all = [...this.#lost].sort((one, other) => one.sequence - other.sequence);
    this.#counts.afterTimeout += all.length;
    for (const piece of all) Object.assign(piece, { timeouts: 0, laterOnes: 0, isMissed: false });
    this.clear();
    return all;
  }

  clear(): void {
    this.#lost.clear();
    this.#unnoticed.clear();
  }

  #count(isLost: boolean): void {
    if (!this.#loses) return;
    this.#counts.transmissions += 1;
    if (isLost) this.#counts.lost += 1;
    if (isLost && !this.#wasLost) this.#counts.bursts += 1;
    this.#wasLost = isLost;
  }

  #lose(piece: Piece, at: number): void {
    if (piece.timeouts === 0 && piece.laterOnes === 0) this.#unnoticed.add(piece);
    piece.retryAt = at + Math.min(LONGEST_RTO_MS, this.#conditions.rtoMs * 2 ** piece.timeouts);
    this.#lost.add(piece);
  }

  /** Fast retransmit: the acknowledgement of the third later piece arrives one round trip after that piece was sent. */
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
}
