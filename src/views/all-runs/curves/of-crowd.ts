import { levelText } from '../../../capacity/axis.ts';
import type { Capacity } from '../../../capacity/evidence.ts';
import type { Summary, SummaryLatency, SummaryPercentile } from '../../../results/summary/schema.ts';
import type { OperationSeries } from '../../../results/summary/series-schema.ts';
import type { SoakSummary } from '../../../results/summary/soak-schema.ts';
import { isOfService } from '../../../timings/merged-timings.ts';
import type { OperationCurves, OperationOverTime, PercentileWithin, PhaseCurves } from './schema.ts';

/** The curves of a crowd, from its summary; of a capacity search, the verdicts of its levels. */
export function curvesOfCrowd(summary: Summary): PhaseCurves {
  const { capacity } = summary;
  return capacity ? curvesOfSearch(summary.run.crowd, capacity) : curvesOfLoad(summary);
}

/** Its latencies are those of many levels, and each search tries other levels. */
function curvesOfSearch(name: string, { axis, levels }: Capacity): PhaseCurves {
  const checks = levels
    .toSorted((one, other) => one.level - other.level)
    .map(({ level, verdict }) => [levelText(axis, level), verdict] as const);
  return { kind: 'capacity', name, operations: {}, users: null, checks };
}

/** The curves of a soak: its operations over all rounds, and the verdicts of its metrics. */
export function curvesOfSoak({ run, operations, metrics }: SoakSummary): PhaseCurves {
  const each = Object.entries(operations).map(([name, { total, outcomes, latency }]) => {
    const failed = total - (outcomes.ok ?? 0);
    const curves: OperationCurves = {
      count: total,
      failed,
      ...percentilesOf(latency),
      percentiles: null,
      series: null,
    };
    return [name, curves] as const;
  });
  const checks = metrics.map(({ label, verdict }) => [label, verdict] as const);
  return { kind: 'soak', name: run.name, operations: Object.fromEntries(each), users: null, checks };
}

function curvesOfLoad({ run, totals, latency, operations, series, distributions }: Summary): PhaseCurves {
  const { everyS } = series;
  const all: OperationCurves = {
    count: totals.total,
    failed: totals.failed,
    ...percentilesOf(latency),
    percentiles: distributions.actions.count > 0 ? distributions.actions.latency : null,
    series: overTime(series.actions, everyS),
  };
  const each = Object.entries(operations).map(([name, { total, outcomes, latency }]) => {
    const overTheRun = series.operations[name];
    const curves: OperationCurves = {
      count: total,
      failed: total - (outcomes.ok ?? 0),
      ...percentilesOf(latency),
      percentiles: distributions.operations[name]?.latency ?? null,
      series: overTheRun === undefined ? null : overTime(overTheRun, everyS),
    };
    return [name, curves] as const;
  });
  return {
    kind: 'load',
    name: run.crowd,
    operations: Object.fromEntries([['', all], ...each]),
    users: { everyS, values: series.users },
    checks: [],
  };
}

export function percentilesOf(
  latency: Pick<NonNullable<SummaryLatency>, 'p50' | 'p95' | 'p99'> | null,
): Pick<OperationCurves, 'p50' | 'p95' | 'p99'> {
  return { p50: within(latency?.p50), p95: within(latency?.p95), p99: within(latency?.p99) };
}

/** The true latency may be lower than the measured one by the width of the bracket, so its interval is as well. */
function within(percentile: SummaryPercentile | undefined): PercentileWithin | null {
  if (percentile === undefined || 'needed' in percentile) return null;
  const { valueMs, lowMs, highMs, earliestMs = valueMs } = percentile;
  return [valueMs, Math.max(0, lowMs - (valueMs - earliestMs)), highMs];
}

function overTime({ outcomes, p50Ms, p95Ms, p99Ms }: OperationSeries, everyS: number): OperationOverTime {
  const counted = Object.entries(outcomes).filter(([outcome]) => isOfService(outcome));
  const totals = p50Ms.map((_, at) => counted.reduce((sum, [, counts]) => sum + counts[at]!, 0));
  const failed = totals.map((total, at) => total - (outcomes.ok?.[at] ?? 0));
  return {
    perSecond: totals.map((total) => rounded(total / everyS)),
    errorRatePercent: totals.map((total, at) => (total === 0 ? null : rounded((failed[at]! / total) * 100))),
    p50Ms,
    p95Ms,
    p99Ms,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
