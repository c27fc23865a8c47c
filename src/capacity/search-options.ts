import type { Axis } from './axis.ts';
import type { Limit } from './limits.ts';

/** What a search looks for, and how far it may go. */
export interface SearchOptions {
  readonly axis: Axis;
  readonly limits: readonly Limit[];
  /** Targets that are no limits, each with its reason. */
  readonly leftOut: readonly string[];
  readonly withinPercent: number;
  /** The longest time of the search, from the start of the crowd. */
  readonly forMs: number;
  readonly atMost: number | null;
  /** Why no higher level is possible: `CAPACITY_AT_MOST`, or the accounts of the service. */
  readonly atMostReason?: string;
  readonly atLeast: number | null;
}
