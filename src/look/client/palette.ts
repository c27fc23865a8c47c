import type { Colour } from '../chart-data.ts';

/** A colour of the current style, which differs in dark mode and in print. */
export function colour(
  name: Colour | 'axis' | 'grid' | 'fault' | 'fault-text' | 'link' | 'text' | 'card',
): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The same colour, `percent` of it. */
export function faded(name: Colour, percent: number): string {
  return `color-mix(in srgb, ${colour(name)} ${percent}%, transparent)`;
}

/** Calls back when the colours change: on dark mode, and on printing. */
export function onColours(changed: () => void): void {
  for (const query of ['(prefers-color-scheme: dark)', 'print'])
    matchMedia(query).addEventListener('change', changed);
}
