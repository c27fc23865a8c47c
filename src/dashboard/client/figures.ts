import { ms } from '../../kernel/figures.ts';

export { inUnit, number, percent, perSecond } from '../../kernel/figures.ts';

/** A latency, or a dash where samples are too few. */
export function latency(value: number | null): string {
  return value === null ? '–' : ms(value);
}

/** `1:05`, `1:02:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, position) => (position === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
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
