import type { CountedLatency } from '../timings/latency-histogram.ts';
import { normalTail } from './tails.ts';

export interface RankTest {
  /** Sum of the ranks of the first sample, ties with their mean rank, as in `wilcoxonRankSum`. */
  readonly rankSum: number;
  /** The chance that a value of the first sample is longer than one of the second, ties counting half. */
  readonly superiority: number;
  /** One-sided: the probability of such high ranks of the first sample if both had one distribution. */
  readonly pValue: number;
}

/**
 * Wilcoxon's rank-sum test (Mann–Whitney) of whether the latencies of `later` tend to be longer than those of
 * `earlier`, over counted values: a load run has 50,000 samples in some hundred buckets. `simple-statistics` sums the
 * ranks of plain arrays and gives no p-value; the tests hold both sums equal. Normal approximation, corrected for
 * ties and continuity (Conover, Practical Nonparametric Statistics, 5.1), which needs eight samples on each side.
 */
export function rankTest(later: readonly CountedLatency[], earlier: readonly CountedLatency[]): RankTest {
  const [laterCount, earlierCount] = [countOf(later), countOf(earlier)];
  const total = laterCount + earlierCount;
  let rankSum = 0;
  let below = 0;
  let ties = 0;
  for (const { first, second } of together(later, earlier)) {
    const tied = first + second;
    rankSum += first * (below + (tied + 1) / 2);
    ties += tied ** 3 - tied;
    below += tied;
  }
  const pairsWon = rankSum - (laterCount * (laterCount + 1)) / 2;
  const pairs = laterCount * earlierCount;
  const variance = (pairs / 12) * (total + 1 - ties / (total * (total - 1)));
  const above = pairsWon - pairs / 2 - 0.5;
  return {
    rankSum,
    superiority: pairsWon / pairs,
    pValue: variance > 0 ? normalTail(above / Math.sqrt(variance)) : 1,
  };
}

export const FEWEST_RANKED = 8;

/** The values of both in ascending order, each with its counts in the first and in the second. */
function* together(one: readonly CountedLatency[], other: readonly CountedLatency[]) {
  let [left, right] = [0, 0];
  while (left < one.length || right < other.length) {
    const ms = Math.min(
      one[left]?.ms ?? Number.POSITIVE_INFINITY,
      other[right]?.ms ?? Number.POSITIVE_INFINITY,
    );
    const first = one[left]?.ms === ms ? one[left++]!.count : 0;
    const second = other[right]?.ms === ms ? other[right++]!.count : 0;
    yield { first, second };
  }
}

function countOf(values: readonly CountedLatency[]): number {
  return values.reduce((sum, { count }) => sum + count, 0);
}
