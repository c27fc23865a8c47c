import type { Summary, SummaryPercentile } from './summary/schema.ts';

/** How figures are written for people, the same on the console, in Markdown and in test titles. */
export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

export function percent(value: number | null): string {
  return value === null ? 'no data' : `${value.toFixed(2)} %`;
}

export function perSecond(value: number | null): string {
  return value === null ? 'no data' : `${value.toFixed(1)}/s`;
}

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

function inUnit(value: number, unit: string): string {
  switch (unit) {
    case 'ms':
      return ms(value);
    case '%':
      return percent(value);
    case '/s':
      return perSecond(value);
    default:
      return number(value);
  }
}

export const verdictMarks = { passed: '✅', failed: '❌', inconclusive: '❔', interrupted: '⏹' } as const;
