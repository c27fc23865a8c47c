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

/** Fewer points are no curve, and fewer samples no distribution: a row of a table shows them. */
export const FEWEST = 5;

/** Whether values over time are worth a line. */
export function isCurve(values: readonly (number | null)[]): boolean {
  let known = 0;
  for (const value of values) if (value !== null && ++known === FEWEST) return true;
  return false;
}

/**
 * What the script of the performance page draws: labels and numbers alone, all of them computed before. It is written
 * into the page as JSON.
 */
export interface ChartData {
  readonly groups: readonly TimeGroup[];
  readonly distributions: readonly DistributionChart[];
}

/** How the latencies of some operations are distributed. */
export interface DistributionChart {
  readonly id: string;
  /** By the name of the operation; all of them together under the empty name, where that means something. */
  readonly curves: Readonly<Record<string, LatencyCurve>>;
}

export interface LatencyCurve {
  /** Shown beside the curves of its family alone: a whole session and one call have no axis in common. */
  readonly family: string;
  readonly count: number;
  /** [part of the samples, ms]; the last one is [1, maximum]. */
  readonly latency: readonly (readonly [number, number])[];
  /** The least that the same latencies can be; left out where it is no different. */
  readonly earliest?: readonly (readonly [number, number])[];
  /** The same from the intended start; left out where it is no different. */
  readonly response?: readonly (readonly [number, number])[];
  /** Counts by twentieths of a decade, the first from 10^(from / 20) ms. */
  readonly bins: { readonly from: number; readonly counts: readonly number[] };
}

/** Charts that share one time axis, a cursor and a zoom. */
export interface TimeGroup {
  readonly id: string;
  /** Length in seconds of what one point stands for. */
  readonly everyS: number;
  /** The seconds since the start for which the panels have values, where they have no seconds of their own. */
  readonly seconds: readonly number[];
  readonly endS: number;
  /** Wall clock of second 0, ISO 8601; null when it is not known. */
  readonly startedAt: string | null;
  readonly faults: readonly Fault[];
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
  /** `bands`: the space between neighbours is filled; `stack`: values on top of each other; `lines`: neither. */
  readonly kind: 'lines' | 'stack' | 'bands';
  /** The heading under which it stands, together with the neighbours that have the same one. */
  readonly family: string;
  /** Half as wide, beside another one. */
  readonly isSmall?: boolean;
  readonly seconds?: readonly number[];
  readonly lines: readonly Line[];
  /** The same for single operations, by their name. */
  readonly operations?: Readonly<Record<string, readonly Line[]>>;
}

export interface Line {
  readonly label: string;
  readonly colour: Colour;
  readonly values: readonly (number | null)[];
  /** The least that the values can be: between both, a band is drawn. */
  readonly earliest?: readonly (number | null)[];
  /** Left out at first; its legend shows it. */
  readonly hidden?: boolean;
}
