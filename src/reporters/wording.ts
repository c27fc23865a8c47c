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

export const marks = { met: '✅', missed: '❌', inconclusive: '❔' } as const;

/** `p95 < 500 ms: 123 ms ✅`. */
export function targetLine({ target, state, value, unit, note }: Summary['targets'][number]): string {
  const shown = value === null ? (note ?? 'no data') : inUnit(value, unit);
  return `${target}: ${shown} ${marks[state]}`;
}

export const verdictMarks = { passed: '✅', failed: '❌', inconclusive: '❔', interrupted: '⏹' } as const;
