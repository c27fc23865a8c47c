/** The part of a schedule that one worker runs: `index` counts from 1 to `of`. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export const whole: Share = { index: 1, of: 1 };

/** The `index`-th of `of` parts of a whole `total`; the parts add up to it and differ by one at most. */
export function divide(total: number, index: number, of: number): number {
  return Math.floor(total / of) + (index <= total % of ? 1 : 0);
}

/**
 * A share of a share is a share. It counts like nested dealing of cards: part 2 of 4, of which part 3 of 5, is
 * every 20th card beginning with the 10th.
 */
export function compose(outer: Share, inner: Share): Share {
  return { index: outer.index + (inner.index - 1) * outer.of, of: outer.of * inner.of };
}
