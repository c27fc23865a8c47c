import { type Unit, withBracket } from '../../../look/units.ts';
import type { Line } from '../chart-data.ts';

/** Names of the lines of a chart, which show and hide them, with the values at the cursor. */
export class Legend {
  readonly #place: HTMLElement;
  readonly #unit: Unit;
  #values: { line: Line; shown: HTMLElement }[] = [];

  constructor(place: HTMLElement, unit: Unit) {
    this.#place = place;
    this.#unit = unit;
  }

  /** `toggle` shows or hides the line of an index. */
  list(lines: readonly Line[], toggle: (index: number, isShown: boolean) => void): void {
    this.#values = [];
    this.#place.replaceChildren(
      ...lines.map((line, index) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = `key ${line.colour}`;
        button.setAttribute('aria-pressed', String(line.hidden !== true));
        const name = document.createElement('span');
        name.textContent = line.label;
        const shown = document.createElement('b');
        button.append(name, shown);
        button.addEventListener('click', () => {
          const isShown = button.getAttribute('aria-pressed') !== 'true';
          button.setAttribute('aria-pressed', String(isShown));
          toggle(index, isShown);
        });
        this.#values.push({ line, shown });
        return button;
      }),
    );
  }

  /** The values at an index of the data; nothing without one. */
  show(index: number | null): void {
    for (const { line, shown } of this.#values) {
      const value = index === null ? undefined : line.values[index];
      shown.textContent =
        value === undefined
          ? ''
          : value === null
            ? '–'
            : withBracket(value, this.#unit, line.earliest?.[index!]);
    }
  }
}
