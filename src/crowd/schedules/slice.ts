/** The part of a schedule that one worker runs: `index` counts from 1 to `of`. */
export interface Slice {
  readonly index: number;
  readonly of: number;
}

export const whole: Slice = { index: 1, of: 1 };

/** The `index`-th of `of` parts of a whole `total`; the parts add up to it and differ by one at most. */
export function divide(total: number, index: number, of: number): number {
  return Math.floor(total / of) + (index <= total % of ? 1 : 0);
}

/**
 * A slice of a slice is a slice. It counts like nested dealing of cards: part 2 of 4, of which part 3 of 5, is
 * every 20th card beginning with the 10th.
 */
export function compose(outer: Slice, inner: Slice): Slice {
  return { index: outer.index + (inner.index - 1) * outer.of, of: outer.of * inner.of };
}
