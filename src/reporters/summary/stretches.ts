/** Lengths in seconds that people read without counting. */
const lengths = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** No more points than a chart has room for. */
const MOST_POINTS = 600;
/** Fewer points than these are no curve any more. */
const FEWEST_POINTS = 30;
/** Samples that a stretch needs for a P99 of its own. */
const SAMPLES = 100;

/**
 * How many seconds of a run become one point: as few as fit the chart and, where the run is long enough for it, so many
 * that the typical point has the samples for a P99.
 */
export function stretchSeconds(seconds: number, successes: number): number {
  const perSecond = seconds === 0 ? 0 : successes / seconds;
  const fitting = lengths.filter((length) => seconds / length <= MOST_POINTS);
  const [shortest = Math.ceil(seconds / MOST_POINTS)] = fitting;
  const telling = fitting.find((length) => length * perSecond >= SAMPLES);
  return telling !== undefined && seconds / telling >= FEWEST_POINTS ? telling : shortest;
}
