import { shapes, type Tone, toneOf } from '../../../look/states.ts';
import { type Html, html } from '../html.ts';

export function icon(tone: Tone | undefined): Html {
  if (tone === undefined) return html``;
  return html`<svg class="icon ${tone}" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${shapes[tone]}"/></svg>`;
}

/** The word of a state with its icon. */
export function state(word: string): Html {
  const tone = toneOf(word);
  return html`<span class="state ${tone}">${icon(tone)}${word}</span>`;
}
