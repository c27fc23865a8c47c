import { shapes, type Tone } from '../../../look/shapes.ts';
import { type Html, html, trusted } from '../html.ts';

export function icon(tone: Tone): Html {
  return html`<svg class="icon ${tone}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${trusted(shapes[tone])}</svg>`;
}

/** The word of a state with its mark. */
export function state(word: string): Html {
  const tone = toneOf(word);
  return html`<span class="state ${tone}">${icon(tone)}${word}</span>`;
}

export function toneOf(word: string): Tone {
  if (['passed', 'met', 'finished', 'good'].includes(word)) return 'good';
  if (['failed', 'missed', 'lost', 'slower', 'fault', 'poor'].includes(word)) return 'bad';
  return ['interrupted', 'stopped', 'not applicable'].includes(word) ? 'stopped' : 'unsure';
}
