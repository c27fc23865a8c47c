import type { TimedValue } from '../statistics/theil-sen.ts';
import type { MetricVerdict, Round, SoakPlan } from './evidence.ts';
import { valueText } from './forecast.ts';
import { FEWEST_BLOCKS, growthOf, WARM_UP } from './growth.ts';
import { metricOf } from './metric.ts';
import type { Material } from './series.ts';
import { metricVerdict, type Point, ratesOf, rateText, runAtLeastText } from './verdict.ts';

/** A percentile of fewer calls is mostly chance. */
const FEWEST_CALLS = 20;

/** The part of the busiest block of a round: a block in which the crowd arrives or leaves has another load. */
const FULL_CROWD = 0.8;

/** People notice no smaller difference, and the noise of a machine reaches it. */
const LEAST_RISE_MS = 2;
const LEAST_RISE = 0.1;

/** A percentile of all calls of a soak. */
export type Percentile = 'p50' | 'p95';

/** Whether a percentile drifts: the same tests as for memory, over the rounds or, if there are few, over their blocks. */
export function judgeDrift(
  percentile: Percentile,
  material: Material,
  plan: SoakPlan,
): MetricVerdict | undefined {
  const points = pointsOf(percentile, material);
  if (points.length === 0) return undefined;
  const [first, last] = [points[0]!.value, points.at(-1)!.value];
  const { verdict } = growthOf(points, Math.max(LEAST_RISE_MS, LEAST_RISE * first));
  const rates = verdict === 'grows' ? ratesOf(points) : { perHour: null, per1000Sessions: null };
  const facts = {
    verdict,
    by: 'drift' as const,
    before: first,
    after: last,
    ...rates,
    runAtLeastMs: runAtLeastMs(verdict, plan),
  };
  return metricVerdict(percentile, facts, message(percentile, facts, points));
}

/** After the warm-up: one point per round, the median of its blocks, or all blocks of few rounds. */
function pointsOf(percentile: Percentile, { rounds, sessions }: Material): Point[] {
  const endMs = rounds.at(-1)?.endedAtMs ?? 0;
  const perRound = rounds.map((round) => ({
    round,
    points: pointsIn(round, percentile, WARM_UP * endMs),
  }));
  const filled = perRound.filter(({ points }) => points.length > 0);
  const withSessions = ({ number }: Round, points: readonly TimedValue[]) =>
    points.map((point) => ({ ...point, sessions: sessions.get(number)! }));
  return filled.flatMap(({ round, points }) =>
    withSessions(round, filled.length >= FEWEST_BLOCKS ? [medianOf(points)] : points),
  );
}

function pointsIn({ blocks }: Round, percentile: Percentile, fromMs: number): TimedValue[] {
  // Of each round, because a short round is one block, with a part of the arrivals.
  const leastUsers = FULL_CROWD * Math.max(0, ...blocks.map(({ users }) => users));
  return blocks.flatMap((block) => {
    const value = percentile === 'p50' ? block.p50Ms : block.p95Ms;
    const isFull = block.users >= leastUsers && block.calls >= FEWEST_CALLS;
    return value !== null && isFull && block.fromMs >= fromMs ? { at: block.toMs, value } : [];
  });
}

function medianOf(points: readonly TimedValue[]): TimedValue {
  const inOrder = [...points].sort((one, other) => one.value - other.value);
  return inOrder[Math.floor(inOrder.length / 2)]!;
}

function runAtLeastMs(verdict: MetricVerdict['verdict'], plan: SoakPlan): number | null {
  if (verdict === 'unsettled') return 2 * plan.forMs;
  const roundMs = plan.workMs + plan.restMs;
  if (verdict === 'too short')
    return Math.max(plan.forMs, Math.ceil(FEWEST_BLOCKS / (1 - WARM_UP)) * roundMs);
  return null;
}

function message(
  percentile: Percentile,
  facts: Pick<MetricVerdict, 'verdict' | 'perHour' | 'per1000Sessions' | 'runAtLeastMs'>,
  points: readonly Point[],
): string {
  const { label, unit } = metricOf(percentile);
  const values = `${valueText(points[0]!.value, unit)} to ${valueText(points.at(-1)!.value, unit)}`;
  switch (facts.verdict) {
    case 'grows':
      return `${label} rises: ${values}, ${rateText(facts, unit)}`;
    case 'unsettled':
      return `${label} rises, but not steadily (${values}): ${runAtLeastText(facts.runAtLeastMs!)}`;
    case 'too short':
      return `${label}: ${points.length} of at least ${FEWEST_BLOCKS} blocks with the whole crowd: ${runAtLeastText(facts.runAtLeastMs!)}`;
    case 'flat':
      return `${label} does not drift: ${values}`;
  }
}
