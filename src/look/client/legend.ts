import type { Line } from '../chart-data.ts';
import { type Unit, withBracket } from '../units.ts';
import { element, onSwitch, setText } from './dom.ts';

/** The legend of a chart: buttons that show and hide its lines, with the values at the cursor. */
export class Legend {
  readonly #place: HTMLElement;
  readonly #unit: Unit;
  #lines: readonly Line[] = [];
  #values: HTMLElement[] = [];

  constructor(place: HTMLElement, unit: Unit) {
    this.#place = place;
    this.#unit = unit;
  }

  /** `toggle` shows or hides the line of an index. */
  list(lines: readonly Line[], toggle: (index: number, isShown: boolean) => void): void {
    this.#lines = lines;
    this.#values = lines.map(() => element('b'));
    this.#place.replaceChildren(
      ...lines.map(({ label, colour, hidden = false }, index) => {
        const button = element('button', { className: 'key' });
        button.style.setProperty('--key', `var(--${colour})`);
        button.type = 'button';
        button.setAttribute('aria-pressed', String(!hidden));
        button.append(element('span', { text: label }), this.#values[index]!);
        onSwitch(button, (isShown) => toggle(index, isShown));
        return button;
      }),
    );
  }

  /** The same lines with other values. */
  update(lines: readonly Line[]): void {
    this.#lines = lines;
  }

  /** The values at an index of the data; nothing without one. */
  show(index: number | null): void {
    for (const [place, { values, earliest }] of this.#lines.entries()) {
      const value = index === null ? undefined : values[index];
      const text = value == null ? '–' : withBracket(value, this.#unit, earliest?.[index!]);
      setText(this.#values[place]!, value === undefined ? '' : text);
    }
  }
}
