interface Curve {
  readonly points: readonly (readonly [number, number])[];
  readonly count: number;
}

/**
 * Curves over one axis, 1 / (1 - part), on which each further nine has the same width. The maximum of a curve lies at its
 * count: its samples support no higher percentile.
 */
export function unionOf(curves: readonly Curve[]): { x: number[]; lists: (number | null)[][] } {
  const at = ([part]: readonly [number, number], count: number) =>
    part === 1 ? Math.max(1, count) : 1 / (1 - part);
  const maps = curves.map(
    ({ points, count }) => new Map(points.map((point) => [at(point, count), point[1]])),
  );
  const x = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((one, other) => one - other);
  return { x, lists: maps.map((map) => x.map((value) => map.get(value) ?? null)) };
}

/** The percentile at a value of the axis: `99.9%` at 1000. */
export function percentileText(x: number): string {
  const nines = Math.max(0, Math.ceil(Math.log10(x) - 1e-9) - 2);
  return `${((1 - 1 / x) * 100).toFixed(nines)}%`;
}
