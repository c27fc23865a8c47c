import { shapes, type Tone } from '../../look/shapes.ts';
import { element, say } from './dom.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** What a word means, by shape and colour; the word itself always stands beside it. */
const shapeOf: Readonly<Record<string, Tone>> = {
  met: 'good',
  passed: 'good',
  good: 'good',
  missed: 'bad',
  failed: 'bad',
  broken: 'bad',
  bad: 'bad',
  inconclusive: 'unsure',
  unknown: 'unsure',
  interrupted: 'stopped',
};

/** A word with its mark; `waiting`, `running` and other words have none. */
export function marked(word: string): HTMLElement {
  const shown = element('span', { className: 'state' });
  mark(shown, word);
  return shown;
}

/** Makes an element of `marked` say another word. */
export function mark(shown: HTMLElement, word: string): void {
  if (shown.dataset.word === word) return;
  shown.dataset.word = word;
  const shape = shapeOf[word];
  shown.dataset.tone = shape ?? 'none';
  const text = element('span');
  say(text, word);
  shown.replaceChildren(...(shape === undefined ? [] : [icon(shape)]), text);
}

/** The mark alone, for what says its state in words of its own. */
export function icon(shape: Tone): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${shape}`);
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  // Ours: `<path d="…"/>`.
  path.setAttribute('d', shapes[shape].split('"')[1]!);
  svg.append(path);
  return svg;
}
