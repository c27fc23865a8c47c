import { counted } from '../kernel/figures.ts';
import type { MetricVerdict, SoakPlan } from './evidence.ts';
import { forecast, valueText } from './forecast.ts';
import { FEWEST_BLOCKS, growthOf, START, WARM_UP } from './growth.ts';
import { HEAP_AFTER, metricOf } from './metric.ts';
import { collectedAtRest, floorsOf, type Material } from './series.ts';
import { metricVerdict, type Point, ratesOf, rateText, reachesText, runAtLeastText } from './verdict.ts';

/** A smaller rise has no consequence in any soak, and code that is compiled late causes it. */
const LEAST_RISE_BYTES = 2 ** 20;
const LEAST_RISE = 0.03;

/** In a shorter time, a fresh process still compiles its code: its heap rises steadily, and a minute later no more. */
const LEAST_JUDGED_MS = 3 * 60_000;

/** A limit that the size is compared with, and the value now of what it limits. */
export interface MemoryLimit {
  readonly limit: number;
  readonly now: number;
}

/**
 * Whether the floor of a memory size grows: the minima of blocks over the last 60% of the time. A block is one round, so
 * that each has the same load and the same rest; a soak of few rounds has shorter blocks.
 */
export function judgeMemory(
  name: string,
  material: Material,
  { plan, limit }: { plan: SoakPlan; limit?: MemoryLimit | undefined },
): MetricVerdict | undefined {
  const { before, floors } = floorsBeforeAndAfterWarmUp(name, material);
  // Without enough collections, the heap in use is judged instead.
  if (floors.length === 0 || (name === HEAP_AFTER && floors.length < FEWEST_BLOCKS)) return undefined;
  const [first, last] = [floors[0]!.value, floors.at(-1)!.value];
  const { verdict } =
    (1 - WARM_UP) * endOf(material) < LEAST_JUDGED_MS
      ? { verdict: 'too short' as const }
      : growthOf(floors, Math.max(LEAST_RISE_BYTES, LEAST_RISE * first), before);
  const rates = verdict === 'too short' ? { perHour: null, per1000Sessions: null } : ratesOf(floors);
  const reaches =
    verdict === 'grows' && limit
      ? (forecast({ value: limit.now, limit: limit.limit }, rates.perHour) ?? null)
      : null;
  const facts = {
    verdict,
    by: 'floor' as const,
    before: first,
    after: last,
    ...rates,
    reaches,
    runAtLeastMs: runAtLeastMs(verdict, plan, endOf(material)),
  };
  return metricVerdict(name, facts, message(name, facts, floors));
}

function floorsBeforeAndAfterWarmUp(name: string, material: Material): { before: Point[]; floors: Point[] } {
  const endMs = endOf(material);
  const starts = blocksOf(material, endMs).filter((start) => start >= START * endMs);
  const after = starts.findIndex((start) => start >= WARM_UP * endMs);
  const atRest = name === HEAP_AFTER ? collectedAtRest(name, material) : [];
  const floors =
    atRest.length > 0
      ? atRest.filter(({ at }) => at >= START * endMs)
      : floorsOf(name, material, { starts, isHeld: name === HEAP_AFTER });
  const isBefore = ({ at }: Point) => after < 0 || at < starts[after]!;
  return { before: floors.filter(isBefore), floors: floors.filter((floor) => !isBefore(floor)) };
}

/** The starts of the rounds, or of equal parts of them if there are few. */
function blocksOf({ rounds }: Material, endMs: number): number[] {
  const perRound = Math.max(1, Math.ceil(FEWEST_BLOCKS / (1 - WARM_UP) / Math.max(1, rounds.length)));
  return rounds.flatMap(({ startedAtMs }, index) => {
    const lengthMs = (rounds[index + 1]?.startedAtMs ?? endMs) - startedAtMs;
    return Array.from({ length: perRound }, (_, part) => startedAtMs + (part * lengthMs) / perRound);
  });
}

/** The end of the last rest or round; without a round, of the last sample. */
function endOf({ rounds, samples }: Material): number {
  const last = rounds.at(-1);
  return (last?.restedAtMs ?? last?.endedAtMs ?? samples.at(-1)?.atMs ?? 0) + 1;
}

/** A warm-up was longer than the first 40%, so twice the time may be enough. */
function runAtLeastMs(verdict: MetricVerdict['verdict'], plan: SoakPlan, ranMs: number): number | null {
  if (verdict === 'unsettled') return Math.max(plan.forMs, 2 * ranMs);
  const roundMs = plan.workMs + plan.restMs;
  if (verdict === 'too short')
    return Math.max(
      plan.forMs,
      LEAST_JUDGED_MS / (1 - WARM_UP),
      Math.ceil(FEWEST_BLOCKS / (1 - WARM_UP)) * roundMs,
    );
  return null;
}

function message(
  name: string,
  facts: Pick<MetricVerdict, 'verdict' | 'perHour' | 'per1000Sessions' | 'reaches' | 'runAtLeastMs'>,
  floors: readonly Point[],
): string {
  const { label, unit } = metricOf(name);
  const values = `${valueText(floors[0]!.value, unit)} to ${valueText(floors.at(-1)!.value, unit)}`;
  switch (facts.verdict) {
    case 'grows':
      return `${label} grows: ${values}, ${rateText(facts, unit)}${reachesText(facts.reaches, unit)}`;
    case 'unsettled':
      return `${label} rises, but not steadily (${values}): ${runAtLeastText(facts.runAtLeastMs!)}`;
    case 'too short':
      return `${label}: too little time for a verdict (${counted(floors.length, 'block')} after the warm-up): ${runAtLeastText(facts.runAtLeastMs!)}`;
    case 'flat':
      return `${label} does not grow: ${values}`;
  }
}
