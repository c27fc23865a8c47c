import { mannKendall } from '../statistics/mann-kendall.ts';
import { type TimedValue, theilSen } from '../statistics/theil-sen.ts';
import type { Level } from './evidence.ts';
import type { Second } from './second.ts';
import { sum } from './settle.ts';

export type Growth = NonNullable<Level['growth']>;

/** Fewer seconds show the noise of the queue, not its trend. */
const FEWEST_S = 15;
const P_VALUE = 0.01;
/**
 * A queue at rest wanders, and a search makes dozens of tests. So the response time must rise by at least this part of
 * itself and by at least this time within the level: in 15 s, a service that is overloaded by 1% does.
 */
const LEAST_RISE = 0.25;
const LEAST_MS = 100;
/** In the second half of the level, calls take at least this part longer. */
const LONGER = 1.1;

/**
 * Whether a queue grows within a level: such a level is not sustainable, however short its response times still are. The
 * slope is Theil–Sen's, the test is Mann–Kendall's, both robust against the autocorrelation of a queue.
 *
 * @param seconds of one level, without those in which it settled
 * @returns null if neither the response time nor the requests in flight grow
 */
export function growthOf(seconds: readonly Second[]): Growth | null {
  const responses = seconds.flatMap(({ atMs, meanMs }) =>
    meanMs === null ? [] : [{ at: atMs / 1000, value: meanMs }],
  );
  const inFlight = seconds.map((second) => ({ at: second.atMs / 1000, value: second.inFlight }));
  // By Little's law, the same rise in requests.
  const leastInFlight = Math.max(
    1,
    ((LEAST_MS / 1000) * sum(seconds, ({ calls }) => calls)) / seconds.length,
  );
  return (
    trendOf('response time', responses, LEAST_MS) ??
    (waitsLonger(seconds) ? trendOf('requests in flight', inFlight, leastInFlight) : null)
  );
}

/** More requests in flight at the same response time come from more arrivals, not from a queue. */
function waitsLonger(seconds: readonly Second[]): boolean {
  const half = Math.floor(seconds.length / 2);
  return responseOf(seconds.slice(half)) >= LONGER * responseOf(seconds.slice(0, half));
}

/** The mean response time in s; 0 without a successful call. */
function responseOf(seconds: readonly Second[]): number {
  return (
    sum(seconds, ({ inFlight }) => inFlight) /
    Math.max(
      1,
      sum(seconds, ({ ok: { count } }) => count),
    )
  );
}

function trendOf(what: Growth['what'], points: readonly TimedValue[], least: number): Growth | null {
  if (points.length < FEWEST_S) return null;
  const { pValue } = mannKendall(
    points.map(({ value }) => value),
    { isAutocorrelated: true },
  );
  if (pValue >= P_VALUE) return null;
  const line = theilSen(points);
  if (!line || line.slope <= 0) return null;
  const [from, to] = [points[0]!.at, points.at(-1)!.at];
  const rise = line.slope * (to - from);
  const before = Math.max(0, line.intercept + line.slope * from);
  return rise >= Math.max(least, LEAST_RISE * before) ? { what, perSecond: line.slope, pValue } : null;
}
