import { type Html, html, trusted } from '../html.ts';

/** States by their shape as well as by their colour; the word stands beside them. */
export const shapes = {
  good: '<path d="M3.5 8.5l3 3 6-7"/>',
  bad: '<path d="M4 4l8 8M12 4l-8 8"/>',
  unsure: '<path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.4v.1"/>',
  stopped: '<path d="M4.5 4.5h7v7h-7z"/>',
} as const;

export type Tone = keyof typeof shapes;

export function icon(tone: Tone): Html {
  return html`<svg class="icon ${tone}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${trusted(shapes[tone])}</svg>`;
}

/** The word of a state with its mark. */
export function state(word: string): Html {
  const tone = toneOf(word);
  return html`<span class="state ${tone}">${icon(tone)}${word}</span>`;
}

export function toneOf(word: string): Tone {
  if (['passed', 'met', 'kept up', 'finished', 'good'].includes(word)) return 'good';
  if (['failed', 'missed', 'out of breath', 'lost', 'slower', 'fault', 'poor'].includes(word)) return 'bad';
  return ['interrupted', 'stopped'].includes(word) ? 'stopped' : 'unsure';
}
