/**
 * P-values corrected for testing all of them together (Holm 1979, "A Simple Sequentially Rejective Multiple
 * Test Procedure"): at a limit of 0.01, at most 1% of all runs have a false alarm, for any number of metrics, and whether
 * or not they depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((one, other) => pValues[one]! - pValues[other]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [position, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (pValues.length - position)));
    adjusted[index] = largest;
  }
  return adjusted;
}
