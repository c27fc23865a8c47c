import type { Axis } from './axis.ts';
import type { Level } from './evidence.ts';
import type { Limit } from './limits.ts';

/** A level that is being tried. */
export interface OpenLevel {
  readonly axis: Axis;
  readonly level: number;
  readonly purpose: Level['purpose'];
  readonly limits: readonly Limit[];
}
