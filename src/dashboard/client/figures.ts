import { inUnitWithin, lessText, ms, msWithin } from '../../kernel/figures.ts';
import type { Latency, Target } from '../frame.ts';

/** A latency, or a dash with too few samples. */
export function latency(value: number | null): string {
  return value === null ? '–' : ms(value);
}

/** The percentiles with their brackets: `14.2 ms (−1.3)`. */
export function percentiles({ p50Ms, p95Ms, p99Ms, earliest }: Latency): [string, string, string] {
  return [within(p50Ms, earliest.p50Ms), within(p95Ms, earliest.p95Ms), within(p99Ms, earliest.p99Ms)];
}

function within(value: number | null, earliest: number | null): string {
  return value === null ? '–' : msWithin(value, earliest ?? value);
}

/** `−1.3`: the width of the bracket of a latency; empty if it is negligible. */
export function less(value: number | null, earliest: number | null): string {
  return value === null ? '' : lessText(value, earliest ?? value);
}

/** The value of a target, with the bracket of a latency. */
export function reachedText({ value, earliest, unit }: Pick<Target, 'value' | 'earliest' | 'unit'>): string {
  if (value === null) return 'no data';
  return inUnitWithin(value, unit, earliest === null ? undefined : { low: earliest });
}
