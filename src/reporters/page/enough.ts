/** Fewer points are no curve, and fewer samples no distribution: then a row of the table says all there is. */
export const FEWEST = 5;

/** Whether values over time are worth a line. */
export function isCurve(values: readonly (number | null)[]): boolean {
  let known = 0;
  for (const value of values) if (value !== null && ++known === FEWEST) return true;
  return false;
}
