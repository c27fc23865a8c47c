import { mean, median, medianAbsoluteDeviation, sampleVariance } from 'simple-statistics';
import { studentTail } from './tails.ts';

/** A lasting change in a series; `index` is the first position after it. */
export interface ChangePoint {
  readonly index: number;
  /** Medians of the segments on both sides, up to the neighbouring change points. */
  readonly before: number;
  readonly after: number;
  /** Two-sided, of Student's t-test between both segments. */
  readonly pValue: number;
}

export interface ChangePointOptions {
  /** The largest p-value of a change point. */
  readonly level: number;
  /** The least difference between both sides, in the unit of the series. */
  readonly leastDifference: number;
  /** The least spread that counts, in the unit of the series: the resolution of the clock. */
  readonly resolution: number;
}

/** A change needs at least three values: one or two slow runs come from a busy machine, not from a changed service. */
export const SHORTEST = 3;
/** With this number of values, a side needs no further proof. */
const SURE = 8;
const WINDOW = 50;
/** A first pass with a weaker level finds changes that hide each other; the second one judges them. */
const WEAKER = 10;

/**
 * Change points by E-divisive means (Matteson and James 2014, "A Nonparametric Approach for Multiple Change Point
 * Analysis of Multivariate Data") as in Apache Otava (Fleming et al. 2023, "Hunter: Using Change Point Detection to Hunt
 * for Performance Regressions"): overlapping segments, a weak first pass, and Student's t-test instead of
 * the permutations of the original. Permutations cannot judge the newest runs: with 15 old runs and 3 new ones, their
 * smallest possible p-value is 1/816, however large the change. The test uses no random numbers, so that the same
 * history always has the same change points.
 *
 * Runs on shared machines need two more rules. Outliers are limited before the test: otherwise, one night in twenty
 * that was twice as slow hides half of all steps of 20%. And a change must show in nearly all values of a short side:
 * otherwise, two such nights within three look like a step in one series of six.
 */
export function changePoints(series: readonly number[], options: ChangePointOptions): ChangePoint[] {
  const weak = new Set<number>();
  for (let from = 0; ; from += WINDOW / 2) {
    const to = Math.min(from + WINDOW, series.length);
    for (const index of split(series, from, to, options)) weak.add(index);
    if (to === series.length) break;
  }
  return strongOnes(
    series,
    [...weak].sort((one, other) => one - other),
    options,
  );
}

/** Divides a segment where it differs the most, and its parts again, as long as the parts differ. */
function split(series: readonly number[], from: number, to: number, options: ChangePointOptions): number[] {
  if (to - from < 2 * SHORTEST) return [];
  const at = mostDifferent(series.slice(from, to)) + from;
  const { pValue } = compare(series.slice(from, at), series.slice(at, to), options);
  if (pValue > options.level * WEAKER) return [];
  return [...split(series, from, at, options), at, ...split(series, at, to, options)];
}

/**
 * The position τ that maximises, over all τ < κ, the energy distance between `[0, τ)` and `[τ, κ)` times nm/(n+m), with
 * the absolute difference of values as their distance (Matteson and James, section 2, with α = 1).
 */
function mostDifferent(values: readonly number[]): number {
  const within = sumsOfDistances(values);
  let [best, at] = [Number.NEGATIVE_INFINITY, SHORTEST];
  for (let tau = SHORTEST; tau <= values.length - SHORTEST; tau++) {
    for (let kappa = tau + SHORTEST; kappa <= values.length; kappa++) {
      const [n, m] = [tau, kappa - tau];
      const [left, right] = [within[0]![tau]!, within[tau]![kappa]!];
      const between = within[0]![kappa]! - left - right;
      const energy = (2 * between) / (n * m) - (2 * left) / (n * (n - 1)) - (2 * right) / (m * (m - 1));
      const difference = (energy * n * m) / (n + m);
      if (difference > best) [best, at] = [difference, tau];
    }
  }
  return at;
}

/** `sums[a][b]`: the distances of all pairs within `[a, b)`, added up. */
function sumsOfDistances(values: readonly number[]): Float64Array[] {
  const { length } = values;
  const sums = Array.from({ length: length + 1 }, () => new Float64Array(length + 1));
  for (let from = length - 1; from >= 0; from--) {
    let ofFirst = 0;
    for (let to = from + 1; to < length; to++) {
      ofFirst += Math.abs(values[from]! - values[to]!);
      sums[from]![to + 1] = sums[from + 1]![to + 1]! + ofFirst;
    }
  }
  return sums;
}

/** Removes the weakest change point until all that are left are strong; its neighbours' segments grow each time. */
function strongOnes(
  series: readonly number[],
  candidates: readonly number[],
  options: ChangePointOptions,
): ChangePoint[] {
  let kept = [...candidates];
  for (;;) {
    const points = kept.map((index, position) => {
      const before = series.slice(kept[position - 1] ?? 0, index);
      const after = series.slice(index, kept[position + 1] ?? series.length);
      return { index, ...compare(before, after, options) };
    });
    const weakest = points.reduce<ChangePoint | undefined>(
      (worst, point) => (worst && worst.pValue >= point.pValue ? worst : point),
      undefined,
    );
    if (!weakest) return [];
    const smallest = points.reduce((least, point) => (size(point) < size(least) ? point : least));
    const isWeak = weakest.pValue > options.level;
    if (!isWeak && size(smallest) >= options.leastDifference) return points;
    const gone = isWeak ? weakest : smallest;
    kept = kept.filter((index) => index !== gone.index);
  }
}

const size = ({ before, after }: ChangePoint) => Math.abs(after - before);

function compare(left: readonly number[], right: readonly number[], { resolution }: ChangePointOptions) {
  const [before, after] = [tamed(left), tamed(right)];
  const degrees = before.length + after.length - 2;
  const squares = sampleVariance(before) * (before.length - 1) + sampleVariance(after) * (after.length - 1);
  const variance = Math.max(squares / degrees, resolution ** 2);
  const error = Math.sqrt(variance * (1 / before.length + 1 / after.length));
  const t = Math.abs(mean(after) - mean(before)) / error;
  const sides = { before: median([...left]), after: median([...right]) };
  const isShown =
    showsChange(left, sides.before, sides.after) && showsChange(right, sides.after, sides.before);
  return { ...sides, pValue: isShown ? 2 * studentTail(t, degrees) : 1 };
}

/**
 * Whether the values of a side show the change. On a short side, at least three values, and at least three of four,
 * have to be nearer to their own median than to the other one: two slow runs with a normal run between are no change.
 */
function showsChange(values: readonly number[], own: number, other: number): boolean {
  if (values.length >= SURE) return true;
  const nearer = values.filter((value) => Math.abs(value - own) < Math.abs(value - other)).length;
  return nearer >= Math.max(SHORTEST, 0.75 * values.length);
}

/** Limits outliers: one slow night must not hide all changes around it. */
function tamed(values: readonly number[]): number[] {
  const plain = [...values];
  if (plain.length < 5) return plain;
  const middle = median(plain);
  const reach = 2 * 1.4826 * medianAbsoluteDeviation(plain);
  return plain.map((value) => Math.min(Math.max(value, middle - reach), middle + reach));
}
