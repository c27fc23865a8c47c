/** The part of a schedule that one worker runs: `index` counts from 1 to `of`. */
export interface Slice {
  readonly index: number;
  readonly of: number;
}

export const whole: Slice = { index: 1, of: 1 };

/** Part `index` of `of` of a whole number; the parts add up to `total` and differ by at most one. */
export function divide(total: number, index: number, of: number): number {
  return Math.floor(total / of) + (index <= total % of ? 1 : 0);
}

/**
 * The slice of a slice, like cards that are dealt twice: part 3 of 5 of part 2 of 4 is every 20th card, beginning with
 * the 10th.
 */
export function compose(outer: Slice, inner: Slice): Slice {
  return { index: outer.index + (inner.index - 1) * outer.of, of: outer.of * inner.of };
}
