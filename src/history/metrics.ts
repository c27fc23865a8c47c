import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { percentile } from '../timings/percentile.ts';
import type { HistoryRecord } from './record.ts';

/** One number of a record that can become worse. */
export interface Metric {
  /** `meeting.get p50`, `meeting.get error rate`, or the name of a figure. */
  readonly name: string;
  readonly kind: 'p50' | 'p95' | 'error rate' | 'figure';
  /** Missing for figures. */
  readonly operation?: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
}

/** P95 of fewer samples rests on less than five of them, and differs between any two runs. */
const FEWEST_FOR_P95 = 100;

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

/** Every metric that the record has enough samples for, by its name. */
export function metricsOf(record: HistoryRecord): Map<string, Metric> {
  const metrics: Metric[] = Object.keys(record.operations).flatMap((operation) => [
    ...percentilesOf(record, operation),
    ...errorRateOf(record, operation),
  ]);
  for (const [name, figure] of Object.entries(record.figures))
    metrics.push({ name, kind: 'figure', ...figure });
  return new Map(metrics.map((metric) => [metric.name, metric]));
}

function percentilesOf(record: HistoryRecord, operation: string): Metric[] {
  const latencies = latenciesOf(record, operation);
  const kinds = latencies.count < FEWEST_FOR_P95 ? (['p50'] as const) : (['p50', 'p95'] as const);
  return kinds.flatMap((kind) => {
    const found = percentile(latencies, kind === 'p50' ? 0.5 : 0.95);
    if (!('valueMs' in found)) return [];
    return [
      { name: `${operation} ${kind}`, kind, operation, value: found.valueMs, unit: 'ms', better: 'lower' },
    ];
  });
}

function errorRateOf(record: HistoryRecord, operation: string): Metric[] {
  const { hits, of } = failuresOf(record, operation);
  if (of === 0) return [];
  const value = (hits / of) * 100;
  return [
    { name: `${operation} error rate`, kind: 'error rate', operation, value, unit: '%', better: 'lower' },
  ];
}
