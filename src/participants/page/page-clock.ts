import type { Clock } from '../../kernel/clock.ts';

/**
 * Converts times of a page's clock to the clock that the processes of this machine share. Both clocks are monotonic and
 * run at the same rate, so the offset is constant. Each reading of the page's clock lies between two readings of the
 * shared clock and bounds the offset. All readings together give narrow bounds.
 */
export class PageClock {
  readonly #clock: Clock;
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks the page. The answer must contain the `now` of the page. */
  async read<Answer extends { readonly now: number }>(ask: () => Promise<Answer>): Promise<Answer> {
    const before = this.#clock.now();
    const answer = await ask();
    this.#least = Math.max(this.#least, before - answer.now);
    this.#most = Math.min(this.#most, this.#clock.now() - answer.now);
    return answer;
  }

  /** Converts a time of the page's clock to the shared clock. */
  shared(at: number): number {
    return at + (this.#least + this.#most) / 2;
  }

  /** The largest possible error of a converted time, in ms. */
  get uncertaintyMs(): number {
    return (this.#most - this.#least) / 2;
  }
}
