import type { Unit } from './units.ts';

/** Colours of lines, by the names that `style/colours.css` gives them. */
export type Colour =
  | 'ok'
  | 'bad'
  | 'limited'
  | 'faint'
  | 'p50'
  | 'p90'
  | 'p95'
  | 'p99'
  | `c${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`;

/** The fewest points of a curve, and samples of a distribution; with fewer, only tables show them. */
export const FEWEST = 5;

/** Whether there are enough values for a line. */
export function isCurve(values: readonly (number | null)[]): boolean {
  let known = 0;
  for (const value of values) if (value !== null && ++known === FEWEST) return true;
  return false;
}

/**
 * The chart data of the performance page: labels and computed numbers, embedded as JSON.
 */
export interface ChartData {
  readonly groups: readonly TimeGroup[];
  readonly distributions: readonly DistributionChart[];
  readonly searches?: readonly SearchChart[];
}

/** The levels of a capacity search, in the order of their load. */
export interface SearchChart {
  readonly id: string;
  /** The name of the load axis. */
  readonly axis: string;
  readonly points: readonly {
    readonly level: number;
    /** `430 users` */
    readonly name: string;
    readonly verdict: 'holds' | 'breaks' | 'undecided' | 'generator';
    /** Successful calls. */
    readonly perSecond: number;
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    /** Percent. */
    readonly errors: number | null;
  }[];
  /** The answer: the level that holds, and the level that breaks. */
  readonly marks: readonly { readonly level: number; readonly label: string }[];
}

/** The distribution of the latencies of some operations. */
export interface DistributionChart {
  readonly id: string;
  /** By operation name; the empty name stands for all operations together, if that is meaningful. */
  readonly curves: Readonly<Record<string, LatencyCurve>>;
}

export interface LatencyCurve {
  /** Curves share a chart only within a family: a whole session and one call do not fit one axis. */
  readonly family: string;
  readonly count: number;
  /** [part of the samples, ms]; the last one is [1, maximum]. */
  readonly latency: readonly (readonly [number, number])[];
  /** Lower bounds of the same latencies; absent if they are equal. */
  readonly earliest?: readonly (readonly [number, number])[];
  /** Latencies from the intended start; absent if they are equal. */
  readonly response?: readonly (readonly [number, number])[];
  /** Counts by twentieths of a decade, the first from 10^(from / 20) ms. */
  readonly bins: { readonly from: number; readonly counts: readonly number[] };
}

/** Charts that share one time axis, a cursor and a zoom. */
export interface TimeGroup {
  readonly id: string;
  /** The start as an ISO time; null for a run that never started. */
  readonly startedAt: string | null;
  /** Seconds per point. */
  readonly everyS: number;
  /** Seconds since the start at which panels without their own `seconds` have values. */
  readonly seconds: readonly number[];
  readonly endS: number;
  readonly faults: readonly Fault[];
  /** What is shaded, if a list of the faults says too much. */
  readonly note?: string;
  readonly panels: readonly Panel[];
}

export interface Fault {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
}

/** One chart. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /**
   * What a point covers, for the title: `mean of` 5 s. Without it, a point covers everything `per` 5 s. The blocks of a
   * soak have no common length.
   */
  readonly covers?: 'per' | 'mean of' | 'most in' | 'read every' | 'for each block';
  /** `bands`: the space between neighbours is filled; `stack`: values on top of each other; `lines`: neither. */
  readonly kind: 'lines' | 'stack' | 'bands';
  /** The heading that groups neighbouring panels. */
  readonly family: string;
  /** Whether the panel has half the width. */
  readonly isSmall?: boolean;
  readonly seconds?: readonly number[];
  readonly lines: readonly Line[];
  /** The lines of single operations, by name. */
  readonly operations?: Readonly<Record<string, readonly Line[]>>;
  readonly limits?: readonly Limit[];
}

/** The limit of a target, in the unit of its chart. */
export interface Limit {
  readonly label: string;
  /** One value for all points, or one for each point. */
  readonly value: number | readonly (number | null)[];
  /** The operation whose lines it limits: empty for all requests, `*` for each single operation. */
  readonly of: string;
}

/** The limits of the shown operation; empty for all requests. */
export function limitsFor({ limits = [] }: Panel, operation: string): Limit[] {
  return limits.filter(({ of }) => of === operation || (of === '*' && operation !== ''));
}

export interface Line {
  readonly label: string;
  readonly colour: Colour;
  readonly values: readonly (number | null)[];
  /** Lower bounds of the values; a band is drawn between both. */
  readonly earliest?: readonly (number | null)[];
  /** Whether the line is hidden until its legend is clicked. */
  readonly hidden?: boolean;
}
