import { gammaln } from 'simple-statistics';

/** A number of hits out of a total. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/**
 * The probability of this many hits in `later` if hits were equally frequent in both: Fisher's exact test, one-sided
 * (the tail of the hypergeometric distribution).
 */
export function moreFrequent(later: Share, earlier: Share): number {
  const hits = later.hits + earlier.hits;
  const total = later.of + earlier.of;
  const most = Math.min(hits, later.of);
  let sum = 0;
  for (let k = later.hits; k <= most; k++) {
    sum += Math.exp(logChoose(later.of, k) + logChoose(earlier.of, hits - k) - logChoose(total, hits));
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return k < 0 || k > n ? Number.NEGATIVE_INFINITY : gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
}
