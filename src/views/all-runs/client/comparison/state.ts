import { element } from '../../../../look/client/dom.ts';
import { shapes, toneOf } from '../../../../look/states.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** A state with its icon; `text`: other words for it. */
export function state(word: string, text = word): HTMLElement {
  const tone = toneOf(word);
  const made = element('span', { className: `state ${tone ?? ''}` });
  if (tone !== undefined) {
    const icon = document.createElementNS(SVG, 'svg');
    icon.setAttribute('class', `icon ${tone}`);
    icon.setAttribute('viewBox', '0 0 16 16');
    icon.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', shapes[tone]);
    icon.append(path);
    made.append(icon);
  }
  made.append(text);
  return made;
}
