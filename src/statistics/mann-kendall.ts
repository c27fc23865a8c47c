import { normalTail } from './tails.ts';

export interface MannKendall {
  /** Pairs that rise minus pairs that fall, from −n(n−1)/2 to n(n−1)/2. */
  readonly score: number;
  /** Its variance without a trend, with ties and, if requested, autocorrelation. */
  readonly variance: number;
  /** One-sided: the probability of so high a score without a trend. Small for a rise, near 1 for a fall. */
  readonly pValue: number;
}

/** With ties or autocorrelation, or with more values, the normal approximation is used. */
const EXACT_UP_TO = 10;

/** Autocorrelations within this many standard errors of 0 are noise (Hamed and Rao use the 95% interval, 1.96). */
const SIGNIFICANT = 1.96;

export interface MannKendallOptions {
  /**
   * Neighbouring values depend on each other. Otherwise, slow noise looks like a trend: with an autocorrelation of 0.5,
   * about one series in ten without a trend has p < 0.01.
   */
  readonly isAutocorrelated?: boolean;
}

/**
 * Whether a series rises: the trend test of Mann (1945) and Kendall (1975), which asks only for the order of the values.
 * At most 10 values without ties: the exact distribution of the score. Otherwise the normal approximation, corrected for
 * ties and continuity, and for autocorrelation as in Hamed and Rao (1998, "A modified Mann–Kendall trend test for
 * autocorrelated data", equation 13).
 *
 * @param values in the order of time; the distances in time do not matter. Fewer than 3 values show no trend.
 */
export function mannKendall(values: readonly number[], options: MannKendallOptions = {}): MannKendall {
  const { length } = values;
  const score = scoreOf(values);
  const ties = tieSizes(values);
  if (length < 3 || ties.some((size) => size === length)) return { score, variance: 0, pValue: 1 };
  const tied = ties.reduce((sum, size) => sum + size * (size - 1) * (2 * size + 5), 0);
  const independent = (length * (length - 1) * (2 * length + 5) - tied) / 18;
  const inflation = options.isAutocorrelated ? varianceInflation(values) : 1;
  const variance = independent * inflation;
  if (length <= EXACT_UP_TO && ties.length === 0 && inflation === 1)
    return { score, variance, pValue: exactTail(length, score) };
  return { score, variance, pValue: normalTail((score - Math.sign(score)) / Math.sqrt(variance)) };
}

function scoreOf(values: readonly number[]): number {
  let score = 0;
  for (let later = 1; later < values.length; later++)
    for (let earlier = 0; earlier < later; earlier++) score += Math.sign(values[later]! - values[earlier]!);
  return score;
}

/** The sizes of the groups of equal values, of at least two. */
function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((size) => size > 1);
}

/** The part of all n! orders with at least this score. The number of falling pairs has Mahonian numbers. */
function exactTail(length: number, score: number): number {
  let orders = [1];
  for (let size = 2; size <= length; size++) {
    const next = new Array<number>(orders.length + size - 1).fill(0);
    for (const [falls, count] of orders.entries())
      for (let more = 0; more < size; more++) next[falls + more]! += count;
    orders = next;
  }
  const all = orders.reduce((sum, count) => sum + count, 0);
  const mostFalls = ((length * (length - 1)) / 2 - score) / 2;
  return orders.slice(0, mostFalls + 1).reduce((sum, count) => sum + count, 0) / all;
}

/**
 * How many times the variance is larger because of autocorrelation; at least 1. The trend itself is removed first
 * (with the slope of least squares, which is enough here), because it would look like autocorrelation. That also removes
 * a part of the autocorrelation, so with less than a hundred values the equation of Hamed and Rao finds too little of it.
 * Therefore, the first lag is corrected for its bias (Kendall 1954, for a removed line), and the later lags
 * have at least the autocorrelation that follows from the first one.
 */
function varianceInflation(values: readonly number[]): number {
  const { length } = values;
  const ranks = ranksOf(withoutLine(values));
  const first = Math.min(0.95, (length * correlationAt(ranks, 1) + 2) / Math.max(1, length - 4));
  const noise = SIGNIFICANT / Math.sqrt(length);
  let sum = 0;
  for (let lag = 1; lag < length - 2; lag++) {
    // Longer lags have too few pairs.
    const found = lag <= length / 3 ? correlationAt(ranks, lag) : 0;
    const followed = first > 0 ? first ** lag : 0;
    const correlation = Math.max(Math.abs(found) < noise ? 0 : found, followed);
    sum += (length - lag) * (length - lag - 1) * (length - lag - 2) * correlation;
  }
  return Math.max(1, 1 + (2 * sum) / (length * (length - 1) * (length - 2)));
}

function correlationAt(ranks: readonly number[], lag: number): number {
  const middle = (ranks.length + 1) / 2;
  let [products, squares] = [0, 0];
  for (const [at, rank] of ranks.entries()) {
    squares += (rank - middle) ** 2;
    if (at >= lag) products += (rank - middle) * (ranks[at - lag]! - middle);
  }
  return squares === 0 ? 0 : products / squares;
}

function withoutLine(values: readonly number[]): number[] {
  const middle = (values.length - 1) / 2;
  let [products, squares] = [0, 0];
  for (const [at, value] of values.entries()) {
    products += (at - middle) * value;
    squares += (at - middle) ** 2;
  }
  return values.map((value, at) => value - (products / squares) * (at - middle));
}

/** Ranks from 1; equal values have their mean rank. */
function ranksOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((one, other) => one - other);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
