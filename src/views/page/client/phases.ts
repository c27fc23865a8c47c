import type { ChartData } from '../../../look/chart-data.ts';
import type { LinkState } from '../link.ts';
import { PhaseView } from './phase.ts';

/** All parts of the run. Charts in a closed element have no size, so they are drawn when it is first opened. */
export class Phases {
  readonly #charts: ChartData;
  readonly #changed: (state: LinkState) => void;
  readonly #views = new Map<HTMLElement, PhaseView>();

  constructor(charts: ChartData, changed: (state: LinkState) => void) {
    this.#charts = charts;
    this.#changed = changed;
    for (const phase of document.querySelectorAll<HTMLElement>('[data-phase]')) {
      const around = phase.closest('details');
      if (!around || around.open) this.#viewOf(phase);
      else around.addEventListener('toggle', () => around.open && this.#viewOf(phase));
    }
  }

  /**
   * Shows a state in the part that its section belongs to; without a section, in the first part. The section is opened,
   * and the page scrolls to it; an unknown section changes nothing else.
   */
  show({ section, ...state }: LinkState): void {
    const element = section === undefined ? null : document.getElementById(section);
    if (element) open(element);
    const phase = phaseOf(element) ?? document.querySelector<HTMLElement>('[data-phase]');
    if (phase) this.#viewOf(phase).apply(state);
    element?.scrollIntoView();
  }

  /** Opens a section and scrolls to it; what its charts show stays, and is returned. */
  goTo(section: string): LinkState {
    const element = document.getElementById(section);
    if (!element) return {};
    open(element);
    element.scrollIntoView();
    return { section, ...this.#views.get(phaseOf(element) ?? element)?.shown };
  }

  /** Shows everything as at first. */
  reset(): void {
    for (const view of this.#views.values()) view.apply({});
  }

  #viewOf(phase: HTMLElement): PhaseView {
    const view = this.#views.get(phase) ?? new PhaseView(phase, this.#charts, this.#changed);
    this.#views.set(phase, view);
    return view;
  }
}

/** Opens all details around an element, and the element itself. */
function open(element: HTMLElement): void {
  for (let around = element.closest('details'); around; around = around.parentElement!.closest('details'))
    around.open = true;
}

/** The part of an element; for the element of an experiment, the experiment inside of it. */
function phaseOf(element: HTMLElement | null): HTMLElement | null {
  return (
    element?.querySelector<HTMLElement>(':scope > [data-phase]') ?? element?.closest('[data-phase]') ?? null
  );
}
