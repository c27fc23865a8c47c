import { isAction } from '../../timings/catalogue.ts';
import type { EncodedWindow } from '../../timings/encoded.ts';
import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { addOutcomes, type MergedTimings, totalOfService } from '../../timings/merged-timings.ts';
import { quantilesMs } from '../../timings/percentile.ts';
import { emptySecond, type Second } from '../../timings/worst-window.ts';
import type { Summary } from './schema.ts';
import type { OperationSeries, RecordedSeries } from './series-schema.ts';

/**
 * The run over time: each second, and the longer windows of the charts, for each operation and for all actions. Each
 * second is decoded once, and only the histograms of one window are in memory.
 */
export function overTime(timings: MergedTimings): { timeline: Summary['timeline']; series: RecordedSeries } {
  const seconds = Math.max(-1, ...timings.windows.keys()) + 1;
  const everyS = windowSeconds(seconds, timings.actions.ok.count);
  const points = Math.ceil(seconds / everyS);
  const timeline: Summary['timeline'] = [];
  const users: number[] = [];
  const ofActions = emptySeries();
  const ofOperations = [...timings.operations.keys()].map((name) => ({ name, one: emptySeries() }));
  for (let point = 0; point < points; point++) {
    const actions = emptySecond();
    const operations = new Map<string, Second>();
    let most = 0;
    for (let second = point * everyS; second < Math.min(seconds, (point + 1) * everyS); second++) {
      const parts = timings.windows.get(second) ?? [];
      const whole = addSecond(parts, operations);
      addTo(actions, whole);
      const present = parts.reduce((sum, part) => sum + part.users, 0);
      most = Math.max(most, present);
      timeline.push(secondOf(second, present, whole));
    }
    users.push(most);
    append(ofActions, point, actions);
    for (const { name, one } of ofOperations) append(one, point, operations.get(name) ?? emptySecond());
  }
  const operations = Object.fromEntries(ofOperations.map(({ name, one }) => [name, filled(one, points)]));
  return { timeline, series: { everyS, points, users, actions: filled(ofActions, points), operations } };
}

/**
 * Adds one second of each operation over all slices to `operations`; returns all actions of that second. Each window is
 * decoded once.
 */
export function addSecond(parts: readonly EncodedWindow[], operations: Map<string, Second>): Second {
  const actions = emptySecond();
  for (const part of parts) {
    for (const [name, { outcomes, ok: latest, earliest: least }] of Object.entries(part.operations)) {
      const ok = latest ? LatencyHistogram.decode(latest) : EMPTY;
      // Without an earliest end, or if both ends are equal, the latencies are exact.
      const earliest = least && least.hdr !== latest?.hdr ? LatencyHistogram.decode(least) : ok;
      const recorded: Second = { outcomes, ok, earliest };
      const window = operations.get(name) ?? emptySecond();
      operations.set(name, window);
      addTo(window, recorded);
      if (isAction(name)) addTo(actions, recorded);
    }
  }
  return actions;
}

function secondOf(second: number, users: number, { outcomes, ok }: Second): Summary['timeline'][number] {
  const total = totalOfService(outcomes);
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

function append(series: Filling, point: number, { outcomes, ok, earliest }: Second): void {
  for (const [outcome, count] of Object.entries(outcomes) as [string, number][]) {
    const counts = series.outcomes[outcome] ?? [];
    series.outcomes[outcome] = counts;
    // Before its first time, an outcome has the count 0.
    while (counts.length < point) counts.push(0);
    counts.push(count);
  }
  const [p50Ms, p90Ms, p95Ms, p99Ms] = valuesMs(ok, [0.5, 0.9, 0.95, 0.99]);
  series.p50Ms.push(p50Ms!);
  series.p90Ms.push(p90Ms!);
  series.p95Ms.push(p95Ms!);
  series.p99Ms.push(p99Ms!);
  series.maxMs.push(ok.count === 0 ? null : rounded(ok.maxMs));
  const [least50Ms, least95Ms] = valuesMs(earliest, [0.5, 0.95]);
  series.earliest.p50Ms.push(least50Ms!);
  series.earliest.p95Ms.push(least95Ms!);
}

/** A series while its points are added. */
type Filling = Required<OperationSeries>;

/** Omits the earliest ends if they do not differ. */
function filled({ earliest, ...series }: Filling, points: number): OperationSeries {
  for (const counts of Object.values(series.outcomes)) while (counts.length < points) counts.push(0);
  const isExact = (['p50Ms', 'p95Ms'] as const).every((name) =>
    series[name].every((value, point) => value === earliest[name][point]),
  );
  return isExact ? series : { ...series, earliest };
}

function valuesMs(latencies: LatencyHistogram, quantiles: readonly number[]): (number | null)[] {
  return quantilesMs(latencies, quantiles).map((ms) => (ms === null ? null : rounded(ms)));
}

/** Recorded seconds have two significant digits. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}

function addTo(to: Second, { outcomes, ok, earliest }: Second): void {
  addOutcomes(to.outcomes, outcomes);
  to.ok.add(ok);
  to.earliest.add(earliest);
}

const EMPTY = LatencyHistogram.empty(2);

function emptySeries(): Filling {
  const earliest = { p50Ms: [], p95Ms: [] };
  return { outcomes: {}, p50Ms: [], p90Ms: [], p95Ms: [], p99Ms: [], maxMs: [], earliest };
}

/** Lengths in seconds that are easy to read. */
const lengths = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** A chart has no room for more points. */
const MOST_POINTS = 600;
/** Fewer points do not make a curve. */
const FEWEST_POINTS = 30;
/** Samples that a window needs for its P99. */
const SAMPLES = 100;

/**
 * The seconds of one window: the fewest that fit the chart or, if the run is long enough, enough for a P99 in a
 * typical window.
 */
export function windowSeconds(seconds: number, successes: number): number {
  const perSecond = seconds === 0 ? 0 : successes / seconds;
  const fitting = lengths.filter((length) => seconds / length <= MOST_POINTS);
  const [shortest = Math.ceil(seconds / MOST_POINTS)] = fitting;
  const telling = fitting.find((length) => length * perSecond >= SAMPLES);
  return telling !== undefined && seconds / telling >= FEWEST_POINTS ? telling : shortest;
}
