import { counted, inUnit, ms, number, percent, perSecond } from '../kernel/figures.ts';
import type { Summary, SummaryPercentile } from './summary/schema.ts';

export { counted, ms, number, percent, perSecond };

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

export function percentileText(percentile: SummaryPercentile | undefined): string {
  if (percentile === undefined) return 'no data';
  if ('needed' in percentile) return `needs ${percentile.needed}`;
  return ms(percentile.valueMs);
}

/** What a page measured of itself; a shift of its layout has no unit and is small. */
export function experienced(value: number, unit: string): string {
  if (unit === 'ms') return ms(value);
  return unit === '' ? value.toFixed(3) : `${value.toFixed(1)} ${unit}`;
}

export const marks = { met: '✅', missed: '❌', inconclusive: '❔' } as const;

/** `p95 < 500 ms: 123 ms ✅`. */
export function targetLine({ target, state, value, unit, note }: Summary['targets'][number]): string {
  const shown = value === null ? (note ?? 'no data') : inUnit(value, unit);
  return `${target}: ${shown} ${marks[state]}`;
}

export const verdictMarks = { passed: '✅', failed: '❌', inconclusive: '❔', interrupted: '⏹' } as const;
