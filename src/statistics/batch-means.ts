import type { Share } from './fisher.ts';
import { studentQuantile } from './student-quantile.ts';

/** A share from 0 to 1 with its confidence interval. */
export interface ShareInterval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** The batches that the interval is from: neighbours that depended on each other were joined. */
  readonly batches: number;
}

/** Fewer batches say nothing about their variance. */
const FEWEST = 3;
/** A test of dependence needs as many; it is not made with fewer. */
const FEWEST_DEPENDENT = 10;

/**
 * The share of hits in consecutive batches of calls, by the method of batch means (Law, Simulation Modeling and Analysis,
 * 9.5.3). Calls of one batch depend on each other, because they wait in the same queue, so they count as one
 * observation; Student's t gives the interval of their ratio (Cochran, Sampling Techniques, 6.4). As long as neighbouring
 * batches depend on each other too (von Neumann's ratio), they are joined in pairs.
 *
 * Batches that are all alike have no variance, which does not make a few calls certain. Therefore, the interval is never
 * narrower than that of independent calls (Wilson 1927).
 *
 * @param tail the probability on each side of the interval: 0.025 for 95%
 * @returns undefined without a hit or a miss, or with fewer than three batches
 */
export function batchMeans(batches: readonly Share[], tail = 0.025): ShareInterval | undefined {
  const used = batches.filter(({ of }) => of > 0);
  if (used.length < FEWEST) return undefined;
  if (used.length >= FEWEST_DEPENDENT && depends(used)) return batchMeans(inPairs(used), tail);
  const { hits, of } = together(used);
  const share = hits / of;
  const squares = used.reduce((sum, batch) => sum + (batch.hits - share * batch.of) ** 2, 0);
  const degrees = used.length - 1;
  const error = Math.sqrt((squares / degrees) * used.length) / of;
  const reach = studentQuantile(tail, degrees) * error;
  const [low, high] = wilson({ hits, of }, studentQuantile(tail, 1e6));
  return {
    share,
    low: Math.max(0, Math.min(low, share - reach)),
    high: Math.min(1, Math.max(high, share + reach)),
    batches: used.length,
  };
}

/**
 * Whether neighbouring batches are more alike than others: von Neumann's ratio is 2 without dependence, with a variance
 * of 4(n−2)/(n²−1) (Young 1941); below the 10% point, they depend on each other.
 */
function depends(batches: readonly Share[]): boolean {
  const { hits, of } = together(batches);
  const residuals = batches.map((batch) => batch.hits - (hits / of) * batch.of);
  const squares = residuals.reduce((sum, value) => sum + value ** 2, 0);
  if (squares === 0) return false;
  const steps = residuals.slice(1).reduce((sum, value, at) => sum + (value - residuals[at]!) ** 2, 0);
  const { length } = batches;
  return steps / squares < 2 - 1.28 * Math.sqrt((4 * (length - 2)) / (length ** 2 - 1));
}

function inPairs(batches: readonly Share[]): Share[] {
  // With an odd number, the oldest batch is alone: it is the least certain to be settled.
  const odd = batches.length % 2;
  const pairs: Share[] = batches.slice(0, odd);
  for (let at = odd; at < batches.length; at += 2) pairs.push(together(batches.slice(at, at + 2)));
  return pairs;
}

function together(shares: readonly Share[]): Share {
  return shares.reduce((sum, { hits, of }) => ({ hits: sum.hits + hits, of: sum.of + of }), {
    hits: 0,
    of: 0,
  });
}

function wilson({ hits, of }: Share, z: number): [low: number, high: number] {
  const share = hits / of;
  const scale = 1 + z ** 2 / of;
  const middle = (share + z ** 2 / (2 * of)) / scale;
  const reach = (z * Math.sqrt((share * (1 - share)) / of + (z / (2 * of)) ** 2)) / scale;
  return [middle - reach, middle + reach];
}
