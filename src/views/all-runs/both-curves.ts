/** The values of a series, one for each window of `everyS` seconds. */
export interface Windows {
  readonly everyS: number;
  readonly values: readonly (number | null)[];
}

/**
 * Two series over one time axis from the start of each run, in the shorter of their windows. A value of a longer window
 * stands for all of its seconds; after the end of a run, there is no point.
 */
export function aligned(
  a: Windows,
  b: Windows,
): { seconds: number[]; a: (number | null)[]; b: (number | null)[] } {
  const everyS = Math.min(a.everyS, b.everyS);
  const endS = Math.max(a.values.length * a.everyS, b.values.length * b.everyS);
  const seconds = Array.from({ length: Math.ceil(endS / everyS) }, (_, point) => point * everyS);
  const at = ({ values, everyS: own }: Windows) =>
    seconds.map((second) => values[Math.floor(second / own)] ?? null);
  return { seconds, a: at(a), b: at(b) };
}
