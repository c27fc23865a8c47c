import { isAction } from '../../timings/catalogue.ts';
import type { EncodedWindow } from '../../timings/encoded.ts';
import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { MergedTimings } from '../../timings/merged-timings.ts';
import { quantilesMs } from '../../timings/percentile.ts';
import type { Summary } from './schema.ts';
import type { OperationSeries, RecordedSeries } from './series-schema.ts';
import { stretchSeconds } from './stretches.ts';

type Outcomes = EncodedWindow['operations'][string]['outcomes'];

/** What was recorded of one operation, or of all actions, within one stretch. */
interface Stretch {
  readonly outcomes: Record<string, number>;
  readonly ok: LatencyHistogram;
}

/**
 * The run over time: second by second, and in the stretches of the charts, for each operation and for all actions.
 * Every window is decoded once, and only the histograms of one stretch are held at a time.
 */
export function overTime(timings: MergedTimings): { timeline: Summary['timeline']; series: RecordedSeries } {
  const seconds = Math.max(-1, ...timings.windows.keys()) + 1;
  const everyS = stretchSeconds(seconds, timings.actions.ok.count);
  const points = Math.ceil(seconds / everyS);
  const timeline: Summary['timeline'] = [];
  const series: RecordedSeries = {
    everyS,
    points,
    users: [],
    actions: emptySeries(),
    operations: Object.fromEntries([...timings.operations.keys()].map((name) => [name, emptySeries()])),
  };
  for (let point = 0; point < points; point++) {
    const actions = emptyStretch();
    const operations = new Map<string, Stretch>();
    let users = 0;
    for (let second = point * everyS; second < Math.min(seconds, (point + 1) * everyS); second++) {
      const parts = timings.windows.get(second) ?? [];
      const whole = addSecond(parts, operations);
      addStretch(actions, whole);
      const present = parts.reduce((sum, part) => sum + part.users, 0);
      users = Math.max(users, present);
      timeline.push(secondOf(second, present, whole));
    }
    series.users.push(users);
    append(series.actions, point, actions);
    for (const [name, one] of Object.entries(series.operations))
      append(one, point, operations.get(name) ?? emptyStretch());
  }
  for (const one of [series.actions, ...Object.values(series.operations)]) fill(one, points);
  return { timeline, series };
}

/** Adds one second of each operation to its stretch; returns all actions of that second. */
function addSecond(parts: readonly EncodedWindow[], operations: Map<string, Stretch>): Stretch {
  const actions = emptyStretch();
  for (const part of parts) {
    for (const [name, { outcomes, ok }] of Object.entries(part.operations)) {
      const recorded = {
        outcomes: outcomes as Outcomes & Record<string, number>,
        ok: ok ? LatencyHistogram.decode(ok) : EMPTY,
      };
      const stretch = operations.get(name) ?? emptyStretch();
      operations.set(name, stretch);
      addStretch(stretch, recorded);
      if (isAction(name)) addStretch(actions, recorded);
    }
  }
  return actions;
}

function secondOf(second: number, users: number, { outcomes, ok }: Stretch): Summary['timeline'][number] {
  const total = sum(outcomes) - (outcomes.aborted ?? 0);
  const [p50Ms, p95Ms] = valuesMs(ok, [0.5, 0.95]);
  return {
    second,
    users,
    total,
    failed: total - (outcomes.ok ?? 0),
    p50Ms: p50Ms!,
    p95Ms: p95Ms!,
  };
}

function append(series: OperationSeries, point: number, { outcomes, ok }: Stretch): void {
  for (const [outcome, count] of Object.entries(outcomes)) {
    const counts = series.outcomes[outcome] ?? [];
    series.outcomes[outcome] = counts;
    // An outcome that was not there before was there no times.
    while (counts.length < point) counts.push(0);
    counts.push(count);
  }
  const [p50Ms, p90Ms, p95Ms, p99Ms] = valuesMs(ok, [0.5, 0.9, 0.95, 0.99]);
  series.p50Ms.push(p50Ms!);
  series.p90Ms.push(p90Ms!);
  series.p95Ms.push(p95Ms!);
  series.p99Ms.push(p99Ms!);
  series.maxMs.push(ok.count === 0 ? null : rounded(ok.maxMs));
}

function fill(series: OperationSeries, points: number): void {
  for (const counts of Object.values(series.outcomes)) while (counts.length < points) counts.push(0);
}

function valuesMs(latencies: LatencyHistogram, quantiles: readonly number[]): (number | null)[] {
  return quantilesMs(latencies, quantiles).map((ms) => (ms === null ? null : rounded(ms)));
}

/** Windows hold two significant digits; more would only be longer. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}

function addStretch(to: Stretch, { outcomes, ok }: Stretch): void {
  for (const [outcome, count] of Object.entries(outcomes))
    to.outcomes[outcome] = (to.outcomes[outcome] ?? 0) + count;
  to.ok.add(ok);
}

function sum(outcomes: Readonly<Record<string, number>>): number {
  return Object.values(outcomes).reduce((total, count) => total + count, 0);
}

const EMPTY = LatencyHistogram.empty(2);

function emptyStretch(): Stretch {
  return { outcomes: {}, ok: LatencyHistogram.empty(2) };
}

function emptySeries(): OperationSeries {
  return { outcomes: {}, p50Ms: [], p90Ms: [], p95Ms: [], p99Ms: [], maxMs: [] };
}
