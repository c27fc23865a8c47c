import type { Colour } from '../chart-data.ts';

/** Colours as the style has them now: they differ in the dark and on paper. */
export function colour(name: Colour | 'axis' | 'grid' | 'fault' | 'fault-text'): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The same colour, `percent` of it. */
export function faded(name: Colour, percent: number): string {
  return `color-mix(in srgb, ${colour(name)} ${percent}%, transparent)`;
}

/** Calls when the colours have changed: the system went dark, or the page goes to paper. */
export function onColours(changed: () => void): void {
  for (const query of ['(prefers-color-scheme: dark)', 'print'])
    matchMedia(query).addEventListener('change', changed);
}
