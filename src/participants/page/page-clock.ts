import type { Clock } from '../../kernel/clock.ts';

/**
 * Where the clock of a page lies on the clock that the processes of this machine share. Both are monotonic and run at
 * the same rate, so the offset is one number. Each reading of the page's clock was taken between two readings of ours,
 * and bounds it from both sides; the bounds of all readings together are much narrower than any one of them.
 */
export class PageClock {
  readonly #clock: Clock;
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks the page; its answer must contain its own `now`. */
  async read<Answer extends { readonly now: number }>(ask: () => Promise<Answer>): Promise<Answer> {
    const before = this.#clock.now();
    const answer = await ask();
    this.#least = Math.max(this.#least, before - answer.now);
    this.#most = Math.min(this.#most, this.#clock.now() - answer.now);
    return answer;
  }

  /** An instant of the page's clock on the shared one. */
  shared(at: number): number {
    return at + (this.#least + this.#most) / 2;
  }

  /** No converted instant is further from the truth than this, in ms. */
  get uncertaintyMs(): number {
    return (this.#most - this.#least) / 2;
  }
}
