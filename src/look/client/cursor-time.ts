import type uPlot from 'uplot';
import { element } from './dom.ts';

/** The time at the cursor of a chart, on its time axis below the cursor. */
export class CursorTime {
  readonly #textOf: (second: number) => string;
  readonly #label = element('div', { className: 'cursor-time' });

  constructor(textOf: (second: number) => string) {
    this.#textOf = textOf;
    // The values of the legend and of the slider are read out instead.
    this.#label.ariaHidden = 'true';
  }

  /** Shows a second of the chart; nothing for a second outside of the shown time. */
  show(chart: uPlot, second: number | undefined): void {
    const { min, max } = chart.scales.x!;
    const isShown = second !== undefined && second >= (min ?? 0) && second <= (max ?? 0);
    this.#label.hidden = !isShown;
    if (!isShown) return;
    if (this.#label.parentElement !== chart.over) chart.over.append(this.#label);
    this.#label.textContent = this.#textOf(second);
    const half = this.#label.offsetWidth / 2;
    const left = chart.valToPos(second, 'x');
    // At the edges of the chart, the text stays inside.
    this.#label.style.left = `${Math.max(half, Math.min(chart.over.clientWidth - half, left))}px`;
  }
}
