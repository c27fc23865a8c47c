import type { MetricVerdict, SoakPlan } from './evidence.ts';
import { forecast, valueText } from './forecast.ts';
import { MOST_DESCRIPTORS } from './gauges.ts';
import { metricOf } from './metric.ts';
import { FEWEST_RESTS, judgeRests } from './rest.ts';
import { type Material, type RoundValue, restsOf } from './series.ts';
import { metricVerdict, ratesOf, reachesText, runAtLeastText } from './verdict.ts';

const DESCRIPTORS = ['process_open_fds', 'os.descriptors'];

/** Whether a count returned to rest after each round; undefined if it was not read at rest. */
export function judgeCount(name: string, material: Material, plan: SoakPlan): MetricVerdict | undefined {
  const rests = restsOf(name, material);
  if (rests.length === 0) return undefined;
  const verdict = judgeRests(rests.map(({ round, value }) => ({ at: round, value })));
  const { perHour, per1000Sessions } = ratesOf(rests.map(({ atMs, ...rest }) => ({ ...rest, at: atMs })));
  const [first, last] = [rests[0]!, rests.at(-1)!];
  const facts = {
    verdict,
    by: 'rest' as const,
    before: first.value,
    after: last.value,
    runAtLeastMs: runAtLeastMs(verdict, plan, rests.length),
    // The rate of a count that does not grow is noise.
    ...(verdict === 'grows'
      ? { perHour, per1000Sessions, reaches: reachesLimit(name, perHour, last.value, material) }
      : {}),
  };
  return metricVerdict(name, facts, message(name, facts, { first, last, rests: rests.length }));
}

/** When the descriptors of the process are used up; null for other counts, or without a limit. */
function reachesLimit(
  name: string,
  perHour: MetricVerdict['perHour'],
  value: number,
  { samples }: Material,
): MetricVerdict['reaches'] {
  const limit = DESCRIPTORS.includes(name) ? samples.at(-1)?.values[MOST_DESCRIPTORS] : undefined;
  return limit === undefined ? null : (forecast({ value, limit }, perHour) ?? null);
}

/** A count that still rises needs twice the rounds. */
function runAtLeastMs(verdict: MetricVerdict['verdict'], plan: SoakPlan, rests: number): number | null {
  const roundMs = plan.workMs + plan.restMs;
  if (verdict === 'unsettled') return Math.max(plan.forMs, 2 * rests * roundMs);
  if (verdict === 'too short') return Math.max(plan.forMs, FEWEST_RESTS * roundMs);
  return null;
}

function message(
  name: string,
  {
    verdict,
    runAtLeastMs,
    per1000Sessions,
    reaches = null,
  }: Pick<MetricVerdict, 'verdict' | 'runAtLeastMs'> &
    Partial<Pick<MetricVerdict, 'per1000Sessions' | 'reaches'>>,
  { first, last, rests }: { first: RoundValue; last: RoundValue; rests: number },
): string {
  const { label, unit } = metricOf(name);
  const values = `${valueText(first.value, unit)} after round ${first.round}, ${valueText(last.value, unit)} after round ${last.round}`;
  switch (verdict) {
    case 'grows': {
      const rate = per1000Sessions
        ? ` (${valueText(Number(per1000Sessions.value.toPrecision(3)), unit)} per 1000 sessions)`
        : '';
      return `${label} did not return to rest: ${values}${rate}${reachesText(reaches, unit)}`;
    }
    case 'unsettled':
      return `${label} rose, but not in each round: ${values}; ${runAtLeastText(runAtLeastMs!)}`;
    case 'too short':
      return `${label}: ${rests} of at least ${FEWEST_RESTS} rests: ${values}; ${runAtLeastText(runAtLeastMs!)}`;
    case 'flat':
      return `${label} returned to rest: ${values}`;
  }
}
