import type { Latencies } from '../../live/latencies.ts';
import type { LiveRun } from '../../live/live-run.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** How many durations there were, and how many of them within each bound. */
export interface Durations {
  readonly labels: Labels;
  readonly count: number;
  readonly sumS: number;
  /** Counts up to and including each of `BOUNDS_S`, cumulative. */
  readonly upTo: readonly number[];
}

/** Quantiles of all durations so far; those of too few samples are left out. */
export interface Quantiles {
  readonly labels: Labels;
  readonly count: number;
  readonly sumS: number;
  readonly values: readonly { readonly quantile: number; readonly seconds: number }[];
}

interface Described {
  /** With dots, as OpenTelemetry writes it. */
  readonly name: string;
  /** In UCUM: seconds, bytes, or a count of things in braces. */
  readonly unit: 's' | 'By' | '1' | `{${string}}`;
  readonly help: string;
}

/** One metric of a run: what it is, and how it is read from the run as it is now. */
export type Metric =
  | (Described & { readonly kind: 'gauge' | 'counter'; read(run: LiveRun): readonly Sample[] })
  | (Described & { readonly kind: 'histogram'; read(run: LiveRun): readonly Durations[] })
  | (Described & { readonly kind: 'summary'; read(run: LiveRun): readonly Quantiles[] });

/** Bounds of histograms in seconds: those of the reference service's own, so that both can be laid on each other. */
export const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** The name that Prometheus gives to a metric of OpenTelemetry: `fullhouse.requests` is `fullhouse_requests_total`. */
export function prometheusName({ name, unit, kind }: Metric): string {
  const units: Partial<Record<Metric['unit'], string>> = { s: '_seconds', By: '_bytes' };
  return `${name.replaceAll('.', '_')}${units[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`;
}

export function quantilesOf(
  labels: Labels,
  { count, sumMs }: LatencyHistogram,
  latencies: Latencies,
): Quantiles {
  const { p50Ms, p95Ms, p99Ms } = latencies;
  const values = [
    [0.5, p50Ms],
    [0.95, p95Ms],
    [0.99, p99Ms],
  ] as const;
  return {
    labels,
    count,
    sumS: sumMs / 1000,
    values: values.flatMap(([quantile, ms]) => (ms === null ? [] : [{ quantile, seconds: ms / 1000 }])),
  };
}
