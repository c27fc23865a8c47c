/** z of a two-sided 99.9% interval: a run reads dozens of them, and each false alarm makes a verdict inconclusive. */
const Z = 3.2905;

/** The loss that was set, compared with the measured loss. */
export interface AchievedLoss {
  readonly setPercent: number;
  readonly lost: number;
  /** All packets, frames or requests, including the lost ones. */
  readonly of: number;
  /** Null if nothing was sent. */
  readonly percent: number | null;
  /** The 99.9% confidence interval of the loss, if losses are independent of each other. */
  readonly intervalPercent: readonly [low: number, high: number];
  /** Whether the loss that was set lies in the interval; false if nothing was sent. */
  readonly agrees: boolean;
}

/** Wilson's score interval of a binomial proportion; it is valid for few trials, and at 0 and 100%. */
export function achievedLoss(setPercent: number, lost: number, of: number): AchievedLoss {
  if (of === 0) return { setPercent, lost, of, percent: null, intervalPercent: [0, 100], agrees: false };
  const share = lost / of;
  const centre = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const half = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  // Exact at the ends, where rounding would leave something like 1e-15.
  const low = lost === 0 ? 0 : 100 * (centre - half);
  const high = lost === of ? 100 : 100 * (centre + half);
  const agrees = setPercent >= low && setPercent <= high;
  return { setPercent, lost, of, percent: 100 * share, intervalPercent: [low, high], agrees };
}
