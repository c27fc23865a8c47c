import { clock } from '../../../kernel/figures.ts';
import type { TimeGroup } from '../../../look/chart-data.ts';
import { onSwitch, setText } from '../../../look/client/dom.ts';
import type { LinkState } from '../link.ts';
import { timeAt } from './clock-time.ts';
import { PanelView } from './panel-view.ts';

/** The shortest time that the zoom shows, in points. */
const FEWEST_POINTS = 4;

export type ShownTime = Pick<LinkState, 'from' | 'to' | 'at'>;

/** Charts with one time axis; they share the cursor, the mark, the zoom and the shown operation. */
export class GroupView {
  readonly #group: TimeGroup;
  readonly #section: HTMLElement;
  readonly #views: readonly PanelView[];
  readonly #moment: HTMLInputElement;
  readonly #changed: () => void;
  #from = 0;
  #to: number;
  #mark: number | undefined;

  /** `changed` is called when the reader changes the shown time or the mark. */
  constructor(group: TimeGroup, section: HTMLElement, changed: () => void) {
    this.#group = group;
    this.#section = section;
    this.#changed = changed;
    this.#to = group.endS;
    this.#moment = section.querySelector('[data-moment]')!;
    this.#views = group.panels.map(
      (panel) =>
        new PanelView({
          group,
          panel,
          figure: section.querySelector(`[data-panel="${CSS.escape(panel.id)}"]`)!,
          mark: () => this.#mark,
          // A second click on the same second removes the mark.
          onMark: (second) => this.#byReader(() => this.#markAt(second === this.#mark ? undefined : second)),
          onZoom: (fromS, toS) => this.#byReader(() => this.#zoom(fromS, toS)),
        }),
    );
    for (const button of section.querySelectorAll<HTMLButtonElement>('[data-zoom]'))
      button.addEventListener('click', () => this.#byReader(() => this.#press(button.dataset.zoom!)));
    onSwitch(section.querySelector('[data-log]')!, (isLog) => {
      for (const view of this.#views) view.scaleLatency(isLog);
    });
    this.#followMoment();
    this.#zoom(0, group.endS);
  }

  choose(operation: string): void {
    for (const view of this.#views) view.choose(operation);
  }

  /** Shows the time and the mark of a link. A range outside of the run is the whole run, a mark there is no mark. */
  apply({ from = 0, to = this.#group.endS, at }: ShownTime): void {
    const isInside = from < this.#group.endS;
    this.#zoom(isInside ? from : 0, isInside ? to : this.#group.endS);
    this.#markAt(at !== undefined && at <= this.#group.endS ? at : undefined);
  }

  get shown(): ShownTime {
    const range = this.#isWhole ? {} : { from: this.#from, to: this.#to };
    return { ...range, ...(this.#mark === undefined ? {} : { at: this.#mark }) };
  }

  get #isWhole(): boolean {
    return this.#from === 0 && this.#to === this.#group.endS;
  }

  #byReader(act: () => void): void {
    act();
    this.#changed();
  }

  #press(name: string): void {
    if (name === 'reset') this.#markAt(undefined);
    this.#zoom(...this.#step(name));
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
    this.#describe();
  }

  #markAt(second: number | undefined): void {
    this.#mark = second;
    this.#moment.valueAsNumber = second ?? 0;
    for (const view of this.#views) view.marked();
    this.#describe();
  }

  #describe(): void {
    const range = this.#isWhole ? '' : `${clock(this.#from)} to ${clock(this.#to)}`;
    const mark = this.#mark === undefined ? '' : `marked ${timeAt(this.#group.startedAt, this.#mark)}`;
    setText(
      this.#section.querySelector('[data-shown-time]')!,
      [range, mark].filter((text) => text !== '').join(', '),
    );
    const moment = timeAt(this.#group.startedAt, this.#moment.valueAsNumber);
    this.#moment.setAttribute('aria-valuetext', moment);
  }

  /** A slider moves the mark and the cursor without a pointer. */
  #followMoment(): void {
    const moment = this.#moment;
    moment.max = String(this.#group.seconds.at(-1) ?? 0);
    moment.step = String(this.#group.everyS);
    moment.addEventListener('input', () => {
      const second = moment.valueAsNumber;
      this.#byReader(() => this.#markAt(second));
      this.#views[0]?.point(second);
    });
  }
}
