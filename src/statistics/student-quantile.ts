import { studentTail } from './tails.ts';

/**
 * The value that Student's distribution exceeds with this probability: 2.776 for a tail of 0.025 and 4 degrees of
 * freedom. By bisection of `studentTail`, to 9 digits.
 *
 * @param tail above 0 and below 0.5
 */
export function studentQuantile(tail: number, degreesOfFreedom: number): number {
  let [low, high] = [0, 1];
  while (studentTail(high, degreesOfFreedom) > tail) high *= 2;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (studentTail(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return high;
}
