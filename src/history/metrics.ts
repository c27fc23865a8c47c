import { isAction } from '../timings/catalogue.ts';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { totalOfService } from '../timings/merged-timings.ts';
import { percentile, quantilesMs } from '../timings/percentile.ts';
import type { MetricKind } from './least-effect.ts';
import type { HistoryRecord } from './record.ts';

export const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** The subject of the latencies of all actions of a load together. */
export const ALL_ACTIONS = 'all actions';

/** The figure of a load that counts the failures of all actions. */
export const OVERALL_ERROR_RATE = 'error rate';

/**
 * The figure of a load that counts all actions over its whole time. Records of older versions have `throughput` instead, the
 * mean of the full seconds, which must not be compared with it.
 */
export const OVERALL_THROUGHPUT = 'overall throughput';

/** The figure of a capacity search: the highest level that holds. */
export const CAPACITY = 'capacity';

/** One number of a record that can get worse. */
export interface Metric {
  /** `meeting.get p50`, `meeting.get error rate`, or the name of a figure. */
  readonly name: string;
  readonly kind: MetricKind;
  /** Missing for figures. */
  readonly operation?: string;
  /** The experiment of the metric, with which the name begins. */
  readonly part?: string | undefined;
  /** The upper end of a latency. */
  readonly value: number;
  /** The lower end of a latency, if the generator does not know it exactly. */
  readonly earliest?: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /**
   * Whether a change of it counts in a verdict: it has enough samples, and it is not a latency of all actions. Each of
   * these calls is also watched as a call of its operation, so one cause would count twice; and the mix of fast and slow
   * operations, which differs a little from run to run, moves the percentiles of all actions.
   */
  readonly watched: boolean;
  /** The resolution of a capacity search, as a part of the value. */
  readonly resolution?: number;
  /** Whether it is about the whole load, not about one operation. */
  readonly overall?: true;
}

/** P95 of fewer samples differs between any two runs. P99 usually does too: it is shown, but not watched. */
const fewestWatched = { p50: 8, p95: 100, p99: Number.POSITIVE_INFINITY } as const;

/** An end of the bracket in which a latency lies. */
export type End = 'latest' | 'earliest';

/** A metric at an end of its bracket; without one, both are its value. */
export function valueAt({ value, earliest = value }: Metric, end: End): number {
  return end === 'latest' ? value : earliest;
}

const decoded = new WeakMap<object, LatencyHistogram>();

/** The latency of the successes of an operation, or of all actions, at one end; empty where nothing succeeded. */
export function latenciesOf(record: HistoryRecord, operation: string, end: End = 'latest'): LatencyHistogram {
  if (operation === ALL_ACTIONS) return ofAllActions(record, end);
  const { ok, earliest = ok } = record.operations[operation] ?? {};
  const encoded = end === 'latest' ? ok : earliest;
  if (!encoded) return LatencyHistogram.empty();
  const latencies = decoded.get(encoded) ?? LatencyHistogram.decode(encoded);
  decoded.set(encoded, latencies);
  return latencies;
}

const merged: Record<End, WeakMap<HistoryRecord, LatencyHistogram>> = {
  latest: new WeakMap(),
  earliest: new WeakMap(),
};

function ofAllActions(record: HistoryRecord, end: End): LatencyHistogram {
  const known = merged[end].get(record);
  if (known) return known;
  const all = LatencyHistogram.empty();
  for (const operation of actionsIn(record)) all.add(latenciesOf(record, operation, end));
  merged[end].set(record, all);
  return all;
}

function actionsIn({ operations }: HistoryRecord): string[] {
  return Object.keys(operations).filter(isAction);
}

/** The failed calls of an operation, and all its calls except those that the harness ended itself. */
export function failuresOf(record: HistoryRecord, operation: string): { hits: number; of: number } {
  const outcomes = record.operations[operation]?.outcomes ?? {};
  const all = totalOfService(outcomes);
  return { hits: all - (outcomes.ok ?? 0), of: all };
}

/** The name of a metric without the experiment that it belongs to. */
export function ownName({ name, part }: Pick<Metric, 'name' | 'part'>): string {
  return part === undefined ? name : name.slice(part.length + 2);
}

/** Every metric that the record has samples for, by its name; those of the whole load first. */
export function metricsOf(record: HistoryRecord): Map<string, Metric> {
  const overall = record.kind === 'load' ? ({ overall: true } as const) : {};
  const figures = Object.entries(record.figures).map(([name, figure]): Metric => {
    const { withinPercent, ...rest } = figure;
    const resolution = withinPercent === undefined ? {} : { resolution: withinPercent / 100 };
    return { name, kind: kindOf(figure), ...rest, ...resolution, watched: true, ...overall };
  });
  const ofOperations = Object.keys(record.operations).flatMap((operation) => [
    ...percentilesOf(record, operation),
    ...errorRateOf(record, operation),
  ]);
  const metrics: Metric[] =
    record.kind === 'load'
      ? [...overallPercentiles(record), ...figures, ...ofOperations]
      : [...ofOperations, ...figures];
  return new Map(metrics.map((metric) => [metric.name, metric]));
}

function kindOf({ unit, withinPercent }: HistoryRecord['figures'][string]): MetricKind {
  if (withinPercent !== undefined) return 'capacity';
  return unit === '%' ? 'share' : 'figure';
}

function overallPercentiles(record: HistoryRecord): Metric[] {
  return percentilesOf(record, ALL_ACTIONS).map((metric) => ({ ...metric, overall: true, watched: false }));
}

export function watchedMetrics(record: HistoryRecord): Map<string, Metric> {
  return new Map([...metricsOf(record)].filter(([, { watched }]) => watched));
}

/** The values of one metric in all records that have it, in their order. */
export function valuesOf(
  records: readonly ReadonlyMap<string, Metric>[],
  name: string,
  end: End = 'latest',
): number[] {
  return records.flatMap((metrics) => {
    const metric = metrics.get(name);
    return metric ? [valueAt(metric, end)] : [];
  });
}

function percentilesOf(record: HistoryRecord, operation: string): Metric[] {
  const latencies = latenciesOf(record, operation);
  return (['p50', 'p95', 'p99'] as const).flatMap((kind) => {
    const found = percentile(latencies, quantiles[kind]);
    if (!('valueMs' in found)) return [];
    const earliest = earliestOf(record, operation, { quantile: quantiles[kind], value: found.valueMs });
    const watched = latencies.count >= fewestWatched[kind];
    const name = `${operation} ${kind}`;
    const value = { value: found.valueMs, ...earliest, unit: 'ms', better: 'lower' as const };
    const part = record.operations[operation]?.part;
    return [{ name, kind, operation, part, ...value, watched }];
  });
}

/** Empty if it is not lower: two histograms round separately, which must not reverse a bracket. */
function earliestOf(
  record: HistoryRecord,
  operation: string,
  { quantile, value }: { quantile: number; value: number },
): { earliest?: number } {
  const parts = operation === ALL_ACTIONS ? actionsIn(record) : [operation];
  if (parts.every((one) => !record.operations[one]?.earliest)) return {};
  const [earliest] = quantilesMs(latenciesOf(record, operation, 'earliest'), [quantile]);
  return earliest != null && earliest < value ? { earliest } : {};
}

function errorRateOf(record: HistoryRecord, operation: string): Metric[] {
  const { hits, of } = failuresOf(record, operation);
  if (of === 0) return [];
  const [name, value] = [`${operation} error rate`, (hits / of) * 100];
  const { part } = record.operations[operation]!;
  return [{ name, kind: 'error rate', operation, part, value, unit: '%', better: 'lower', watched: true }];
}
