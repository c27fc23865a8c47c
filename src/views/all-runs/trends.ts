import { CAPACITY } from '../../history/metrics.ts';
import type { EntryPhase, EntryTarget } from './entry/schema.ts';
import type { ListedRun } from './read-runs.ts';

/** The number of runs of one series, the last ones, and of series. */
const LONGEST = 50;
const MOST_SERIES = 40;

/** One phase of one run in a series. */
export interface TrendRun {
  readonly runId: string;
  readonly hasPage: boolean;
  readonly phase: EntryPhase;
  /** What decides the figures and differs from the run before; empty if both are comparable. */
  readonly changed: readonly string[];
}

/** One figure over the runs of a series. */
export interface Trend {
  readonly name: string;
  readonly unit: string;
  /** Whether it is a figure of all actions or a duration, and not only of a target. */
  readonly isOverall: boolean;
  /** One for each run of the series; null where the run has no valid figure. */
  readonly points: readonly (TrendPoint | null)[];
}

export interface TrendPoint {
  readonly value: number;
  /** The target that this run had for the figure. */
  readonly target?: Pick<EntryTarget, 'comparator' | 'limit' | 'state'>;
}

/** All runs of one kind, name and service, the oldest first. */
export interface TrendSeries {
  readonly kind: EntryPhase['kind'];
  readonly name: string;
  readonly service: string;
  readonly runs: readonly TrendRun[];
  readonly trends: readonly Trend[];
}

const kinds: readonly EntryPhase['kind'][] = ['load', 'capacity', 'soak', 'bench', 'chaos', 'conduct'];

/** The series of these runs, the newest first in the list; load first, then the series with the latest run. */
export function trendsOf(runs: readonly ListedRun[]): TrendSeries[] {
  const groups = new Map<string, Omit<TrendRun, 'changed'>[]>();
  for (const { id, phases, hasPage } of runs.toReversed())
    for (const phase of phases) {
      const key = JSON.stringify([phase.kind, phase.name, phase.service]);
      groups.set(key, [...(groups.get(key) ?? []), { runId: id, hasPage, phase }]);
    }
  return [...groups.values()]
    .map((group) => seriesOf(group.slice(-LONGEST)))
    .sort(
      (one, other) =>
        kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
        Date.parse(other.runs.at(-1)!.phase.at) - Date.parse(one.runs.at(-1)!.phase.at),
    )
    .slice(0, MOST_SERIES);
}

function seriesOf(group: readonly Omit<TrendRun, 'changed'>[]): TrendSeries {
  const { kind, name, service } = group.at(-1)!.phase;
  const runs = group.map((run, index): TrendRun => {
    const before = group[index - 1]?.phase;
    return { ...run, changed: before === undefined ? [] : changesBetween(before, run.phase) };
  });
  const phases = group.map(({ phase }) => phase);
  return {
    kind,
    name,
    service,
    runs,
    trends: [
      ...overallTrends(phases),
      ...durationTrends(phases),
      ...targetTrends(phases).filter(({ name }) => kind !== 'capacity' || name !== CAPACITY),
    ],
  };
}

/** `users: 20 → 50`: conditions that differ, so that the figures are not comparable. */
function changesBetween(before: EntryPhase, after: EntryPhase): string[] {
  const names = [...new Set([...Object.keys(before.conditions), ...Object.keys(after.conditions)])];
  return names
    .filter((name) => before.conditions[name] !== after.conditions[name])
    .map(
      (name) => `${name}: ${before.conditions[name] ?? 'not set'} → ${after.conditions[name] ?? 'not set'}`,
    );
}

/** The figures of all actions of a load; a target about one of them is drawn with it. */
const overall = [
  { name: 'p50', title: 'latency p50', unit: 'ms', of: ({ p50Ms }: EntryPhase) => p50Ms },
  { name: 'p95', title: 'latency p95', unit: 'ms', of: ({ p95Ms }: EntryPhase) => p95Ms },
  { name: 'p99', title: 'latency p99', unit: 'ms', of: ({ p99Ms }: EntryPhase) => p99Ms },
  {
    name: 'error rate',
    title: 'error rate',
    unit: '%',
    of: ({ errorRatePercent }: EntryPhase) => errorRatePercent,
  },
  { name: 'throughput', title: 'throughput', unit: '/s', of: ({ perSecond }: EntryPhase) => perSecond },
] as const;

function overallTrends(phases: readonly EntryPhase[]): Trend[] {
  const all = overall.map(({ name, title, unit, of }): Trend => {
    const points = phases.map((phase): TrendPoint | null => {
      const value = phase.isProof ? of(phase) : null;
      const target = phase.targets.find((one) => one.name === name);
      return value === null ? null : { value, ...(target ? { target } : {}) };
    });
    return { name: title, unit, isOverall: true, points };
  });
  return all.filter(hasPoints);
}

function durationTrends(phases: readonly EntryPhase[]): Trend[] {
  const named = new Map(phases.flatMap(({ durations }) => Object.entries(durations)));
  return [...named]
    .map(([name, { unit }]): Trend => {
      const points = phases.map(({ durations, isProof, targets }): TrendPoint | null => {
        const value = isProof ? durations[name]?.value : undefined;
        // The required capacity has the name of the figure.
        const target = targets.find((one) => one.name === name);
        return value === undefined ? null : { value, ...(target ? { target } : {}) };
      });
      return { name, unit, isOverall: true, points };
    })
    .filter(hasPoints);
}

/** The targets that no figure of all actions shows. */
function targetTrends(phases: readonly EntryPhase[]): Trend[] {
  const shown = new Set<string>(overallTrends(phases).length > 0 ? overall.map(({ name }) => name) : []);
  const targets = phases.flatMap((phase) => phase.targets.filter(({ name }) => !shown.has(name)));
  const named = new Map(targets.map((target) => [target.name, target]));
  return [...named.values()]
    .map(({ name, unit }): Trend => {
      const points = phases.map((phase): TrendPoint | null => {
        const target = phase.targets.find((one) => one.name === name);
        const value = phase.isProof ? target?.value : null;
        return target === undefined || value == null ? null : { value, target };
      });
      return { name, unit, isOverall: false, points };
    })
    .filter(hasPoints);
}

function hasPoints({ points }: Trend): boolean {
  return points.some((point) => point !== null);
}
