import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { percentile } from '../timings/percentile.ts';
import type { HistoryRecord } from './record.ts';

export const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** One number of a record that can become worse. */
export interface Metric {
  /** `meeting.get p50`, `meeting.get error rate`, or the name of a figure. */
  readonly name: string;
  /** `share`: a figure in percent. */
  readonly kind: keyof typeof quantiles | 'error rate' | 'share' | 'figure';
  /** Missing for figures. */
  readonly operation?: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Whether enough samples are behind it to be watched from run to run. */
  readonly watched: boolean;
}

/** P95 of fewer samples differs between any two runs. So does P99 of most: it is shown, and not watched. */
const fewestWatched = { p50: 8, p95: 100, p99: Number.POSITIVE_INFINITY } as const;

const decoded = new WeakMap<object, LatencyHistogram>();

/** The latency of an operation's successes; empty where nothing succeeded. */
export function latenciesOf(record: HistoryRecord, operation: string): LatencyHistogram {
  const encoded = record.operations[operation]?.ok;
  if (!encoded) return LatencyHistogram.empty();
  const latencies = decoded.get(encoded) ?? LatencyHistogram.decode(encoded);
  decoded.set(encoded, latencies);
  return latencies;
}

/** How often an operation failed, of all calls that the harness did not end itself. */
export function failuresOf(record: HistoryRecord, operation: string): { hits: number; of: number } {
  const outcomes = record.operations[operation]?.outcomes ?? {};
  const all = Object.values(outcomes).reduce((sum, count) => sum + count, 0) - (outcomes.aborted ?? 0);
  return { hits: all - (outcomes.ok ?? 0), of: all };
}

/** Every metric that the record has samples for, by its name. */
export function metricsOf(record: HistoryRecord): Map<string, Metric> {
  const metrics: Metric[] = Object.keys(record.operations).flatMap((operation) => [
    ...percentilesOf(record, operation),
    ...errorRateOf(record, operation),
  ]);
  for (const [name, figure] of Object.entries(record.figures))
    metrics.push({ name, kind: figure.unit === '%' ? 'share' : 'figure', ...figure, watched: true });
  return new Map(metrics.map((metric) => [metric.name, metric]));
}

/** Those that are judged from run to run. */
export function watchedMetrics(record: HistoryRecord): Map<string, Metric> {
  return new Map([...metricsOf(record)].filter(([, { watched }]) => watched));
}

/** The values of one metric in all records that have it, in their order. */
export function valuesOf(records: readonly ReadonlyMap<string, Metric>[], name: string): number[] {
  return records.flatMap((metrics) => metrics.get(name)?.value ?? []);
}

function percentilesOf(record: HistoryRecord, operation: string): Metric[] {
  const latencies = latenciesOf(record, operation);
  return (['p50', 'p95', 'p99'] as const).flatMap((kind) => {
    const found = percentile(latencies, quantiles[kind]);
    if (!('valueMs' in found)) return [];
    const watched = latencies.count >= fewestWatched[kind];
    const name = `${operation} ${kind}`;
    return [{ name, kind, operation, value: found.valueMs, unit: 'ms', better: 'lower' as const, watched }];
  });
}

function errorRateOf(record: HistoryRecord, operation: string): Metric[] {
  const { hits, of } = failuresOf(record, operation);
  if (of === 0) return [];
  const [name, value] = [`${operation} error rate`, (hits / of) * 100];
  return [{ name, kind: 'error rate', operation, value, unit: '%', better: 'lower', watched: true }];
}
