import { ms } from '../../kernel/figures.ts';

export { clock, inUnit, number, percent, perSecond } from '../../kernel/figures.ts';

/** A latency, or a dash where samples are too few. */
export function latency(value: number | null): string {
  return value === null ? '–' : ms(value);
}
