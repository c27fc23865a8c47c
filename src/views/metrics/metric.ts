import type { Latencies } from '../../live/latencies.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { CrowdView, RunView } from '../run-view/run-view.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** The number of durations in total and within each bound. */
export interface Durations {
  readonly labels: Labels;
  readonly count: number;
  readonly sumS: number;
  /** Counts up to and including each of `BOUNDS_S`, cumulative. */
  readonly upTo: readonly number[];
}

/** Quantiles of all durations so far; a quantile with too few samples is omitted. */
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
  readonly unit: 's' | 'By' | '1' | `{${string}}` | `{${string}}/s`;
  readonly help: string;
}

/** One metric, and the function that reads it from a run. */
export type Metric =
  | (Described & { readonly kind: 'gauge' | 'counter'; read(run: RunView): readonly Sample[] })
  | (Described & { readonly kind: 'histogram'; read(run: RunView): readonly Durations[] })
  | (Described & { readonly kind: 'summary'; read(run: RunView): readonly Quantiles[] });

/** Bounds of histograms in seconds. The reference service has the same bounds, so both histograms are comparable. */
export const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** The name that Prometheus gives to a metric of OpenTelemetry: `fullhouse.requests` is `fullhouse_requests_total`. */
export function prometheusName({ name, unit, kind }: Metric): string {
  const units: Partial<Record<Metric['unit'], string>> = { s: '_seconds', By: '_bytes' };
  return `${name.replaceAll('.', '_')}${units[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`;
}

/** The percentiles that have enough samples, by quantile, in seconds. */
export function byQuantile(
  latencies: Readonly<Record<'p50Ms' | 'p95Ms' | 'p99Ms', number | null>> | null,
): [quantile: number, seconds: number][] {
  const { p50Ms = null, p95Ms = null, p99Ms = null } = latencies ?? {};
  const all = [
    [0.5, p50Ms],
    [0.95, p95Ms],
    [0.99, p99Ms],
  ] as const;
  return all.flatMap(([quantile, ms]) => (ms === null ? [] : [[quantile, ms / 1000]]));
}

export function quantilesOf(
  labels: Labels,
  { count, sumMs, minMs, maxMs }: LatencyHistogram,
  latencies: Latencies,
): Quantiles {
  const all = [[0, minMs / 1000], ...byQuantile(latencies), [1, maxMs / 1000]] as const;
  return {
    labels,
    count,
    sumS: sumMs / 1000,
    values: count === 0 ? [] : all.map(([quantile, seconds]) => ({ quantile, seconds })),
  };
}

/** A summary of latencies, and a second one with their lower bounds. `read`: with the histogram of one end. */
export function bracketed(
  name: string,
  help: string,
  read: (run: RunView, end: 'ok' | 'earliest') => readonly Quantiles[],
): Metric[] {
  const bound = 'Lower bound of the same latencies: the generator may have read answers late';
  return [
    { name, kind: 'summary', unit: 's', help, read: (run) => read(run, 'ok') },
    {
      name: `${name}.earliest`,
      kind: 'summary',
      unit: 's',
      help: bound,
      read: (run) => read(run, 'earliest'),
    },
  ];
}

/** A sample for each state: 1 for the current state, 0 for the others. */
export function oneOf<State extends string>(
  states: readonly State[],
  found: string,
  labels: (state: State) => Labels,
): Sample[] {
  return states.map((state) => ({ labels: labels(state), value: Number(state === found) }));
}

/** The samples of each crowd, with its name as a label. */
export function ofEach({ crowds }: RunView, read: (crowd: CrowdView) => readonly Sample[]): Sample[] {
  return crowds.flatMap((crowd) =>
    read(crowd).map(({ labels, value }) => ({ labels: { crowd: crowd.name, ...labels }, value })),
  );
}
