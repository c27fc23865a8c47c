import { ms } from '../../kernel/figures.ts';

export { clock, inUnit, number, percent, perSecond } from '../../kernel/figures.ts';

/** A latency, or a dash where samples are too few. */
export function latency(value: number | null): string {
  return value === null ? '–' : ms(value);
}

export const marks = { waiting: '⏳', met: '✅', missed: '❌', inconclusive: '❔' } as const;

export const verdictMarks = {
  passed: '✅',
  failed: '❌',
  inconclusive: '❔',
  interrupted: '⏹',
  unknown: '❔',
  broken: '❌',
  running: '▶',
} as const;
