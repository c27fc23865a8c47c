import { clock } from '../../../kernel/figures.ts';
import type { TimeGroup } from '../../../look/chart-data.ts';
import { onSwitch } from '../../../look/client/dom.ts';
import { PanelView } from './panel-view.ts';

/** The shortest time that the zoom shows, in points. */
const FEWEST_POINTS = 4;

/** Charts with one time axis; they share the cursor, the zoom and the shown operation. */
export class GroupView {
  readonly #group: TimeGroup;
  readonly #section: HTMLElement;
  readonly #views: readonly PanelView[];
  #from = 0;
  #to: number;

  constructor(group: TimeGroup, section: HTMLElement) {
    this.#group = group;
    this.#section = section;
    this.#to = group.endS;
    this.#views = group.panels.map(
      (panel) =>
        new PanelView({
          group,
          panel,
          figure: section.querySelector(`[data-panel="${CSS.escape(panel.id)}"]`)!,
          onZoom: (fromS, toS) => this.#zoom(fromS, toS),
        }),
    );
    for (const button of section.querySelectorAll<HTMLButtonElement>('[data-zoom]'))
      button.addEventListener('click', () => this.#zoom(...this.#step(button.dataset.zoom!)));
    onSwitch(section.querySelector('[data-log]')!, (isLog) => {
      for (const view of this.#views) view.scaleLatency(isLog);
    });
    this.#followMoment(section.querySelector('[data-moment]')!);
    this.#zoom(0, group.endS);
  }

  choose(operation: string): void {
    for (const view of this.#views) view.choose(operation);
  }

  #step(name: string): [number, number] {
    const [from, to, width] = [this.#from, this.#to, this.#to - this.#from];
    switch (name) {
      case 'in':
        return [from + width / 4, to - width / 4];
      case 'out':
        return [from - width / 2, to + width / 2];
      case 'left':
        return [from - width / 2, to - width / 2];
      case 'right':
        return [from + width / 2, to + width / 2];
      default:
        return [0, this.#group.endS];
    }
  }

  #zoom(from: number, to: number): void {
    const { endS, everyS } = this.#group;
    const width = Math.min(Math.max(to - from, FEWEST_POINTS * everyS), endS);
    // A range that is too short grows on both sides.
    const start = (from + to - width) / 2;
    this.#from = Math.min(Math.max(0, start), endS - width);
    this.#to = this.#from + width;
    for (const view of this.#views) view.zoom(this.#from, this.#to);
    const isWhole = this.#from === 0 && this.#to === endS;
    this.#section.querySelector('[data-shown-time]')!.textContent = isWhole
      ? ''
      : `${clock(this.#from)} to ${clock(this.#to)}`;
  }

  /** A slider moves the cursor without a pointer. */
  #followMoment(moment: HTMLInputElement): void {
    moment.max = String(this.#group.seconds.at(-1) ?? 0);
    moment.step = String(this.#group.everyS);
    const describe = () => moment.setAttribute('aria-valuetext', clock(moment.valueAsNumber));
    describe();
    moment.addEventListener('input', () => {
      describe();
      this.#views[0]?.point(moment.valueAsNumber);
    });
  }
}
