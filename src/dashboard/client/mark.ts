import { element, setText } from '../../look/client/dom.ts';
import { shapes, type Tone, toneOf } from '../../look/states.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** The word of a state with its icon; `waiting` and `running` have no icon. */
export function marked(word: string): HTMLElement {
  const shown = element('span', { className: 'state' });
  mark(shown, word);
  return shown;
}

/** Makes an element of `marked` show another word. */
export function mark(shown: HTMLElement, word: string): void {
  if (shown.dataset.word === word) return;
  shown.dataset.word = word;
  const tone = toneOf(word);
  shown.dataset.tone = tone ?? 'none';
  const text = element('span');
  setText(text, word);
  shown.replaceChildren(...(tone === undefined ? [] : [icon(tone)]), text);
}

/** Only the icon, for a state whose text is elsewhere. */
export function icon(tone: Tone): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${tone}`);
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', shapes[tone]);
  svg.append(path);
  return svg;
}
