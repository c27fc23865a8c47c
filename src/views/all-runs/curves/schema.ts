import type { Entry } from '../entry/schema.ts';

/** The function that `curves.js` calls with its JSON: the page of all runs registers it before it loads such a file. */
export const REGISTER = 'fullhouseCurves';

/** The content of `curves.js`: what the comparison of two runs shows of one of them. */
export interface RunCurves {
  readonly entry: Entry;
  /** The conditions of the run, in the order in which they are shown. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly phases: readonly PhaseCurves[];
}

/** The measurements of one phase; `kind` and `name` are those of its entry. */
export interface PhaseCurves {
  readonly kind: Entry['phases'][number]['kind'];
  readonly name: string;
  /** By name; the empty name stands for all actions together. */
  readonly operations: Readonly<Record<string, OperationCurves>>;
  /** Over time; null in phases without a crowd. */
  readonly users: { readonly everyS: number; readonly values: readonly number[] } | null;
  /** The checks of experiments and questions, by their names. */
  readonly checks: readonly (readonly [name: string, verdict: string])[];
}

export interface OperationCurves {
  readonly count: number;
  readonly failed: number;
  readonly p50: PercentileWithin | null;
  readonly p95: PercentileWithin | null;
  readonly p99: PercentileWithin | null;
  /** [part of the samples, ms]; the last one is [1, maximum]. Null without a success. */
  readonly percentiles: readonly (readonly [number, number])[] | null;
  /** One value per window of the crowd; null in phases without a crowd. */
  readonly series: OperationOverTime | null;
}

/**
 * A percentile in ms with the bounds of its 95% confidence interval. The lower bound includes the bracket of the load
 * generator; the upper one is null if the samples do not give one.
 */
export type PercentileWithin = readonly [valueMs: number, lowMs: number, highMs: number | null];

type PerWindow = readonly (number | null)[];

export interface OperationOverTime {
  readonly perSecond: PerWindow;
  readonly errorRatePercent: PerWindow;
  readonly p50Ms: PerWindow;
  readonly p95Ms: PerWindow;
  readonly p99Ms: PerWindow;
}
