import { ms, number } from '../kernel/figures.ts';

/** A fact of an experiment as reports print it: `recovery time, ms` of 1234 is `recovery time: 1234 ms`. */
export function factText(name: string, value: unknown): readonly [name: string, text: string] {
  const [, what = name, unit] = /^(.+), (ms|s)$/.exec(name) ?? [];
  if (isAbsent(value)) return [what, what.startsWith('recovery') ? 'not recovered in time' : 'not measured'];
  if (typeof value === 'number') return [what, inUnit(value, unit)];
  // A text of several values has its unit in its name.
  return [name, typeof value === 'string' ? value : JSON.stringify(value)];
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value));
}

function inUnit(value: number, unit: string | undefined): string {
  if (unit === 'ms') return ms(value);
  return unit === undefined ? number(value) : `${number(value)} ${unit}`;
}
