import type { ChartData } from '../../../look/chart-data.ts';
import type { LinkState } from '../link.ts';
import { DistributionView } from './distribution.ts';
import { GroupView } from './group.ts';
import { LoadCurveView } from './load-curve.ts';
import { SearchView } from './search.ts';

interface Chooses {
  choose(operation: string): void;
}

/** One part of the run with its charts. All of them show the operation that the reader chooses in this part. */
export class PhaseView {
  readonly #element: HTMLElement;
  readonly #changed: (state: LinkState) => void;
  readonly #views: Chooses[] = [];
  #group: GroupView | undefined;
  #operation = '';

  /** `changed` is called when the reader changes what is shown. */
  constructor(element: HTMLElement, charts: ChartData, changed: (state: LinkState) => void) {
    this.#element = element;
    this.#changed = changed;
    this.#draw(charts);
    for (const select of this.#selects)
      select.addEventListener('change', () => {
        this.choose(select.value);
        this.#report(select);
      });
    for (const button of this.#own<HTMLButtonElement>('button[data-show]'))
      button.addEventListener('click', () => {
        const [distribution] = this.#own('[data-distribution]');
        this.choose(button.dataset.show!);
        distribution?.scrollIntoView({ block: 'nearest' });
        this.#report(distribution ?? button);
      });
  }

  /** Shows an operation in all charts that have it; an unknown operation changes nothing. */
  choose(operation: string): void {
    const isKnown = (select: HTMLSelectElement) =>
      [...select.options].some(({ value }) => value === operation);
    if (operation !== '' && !this.#selects.some(isKnown)) return;
    this.#operation = operation;
    for (const select of this.#selects.filter(isKnown)) select.value = operation;
    for (const view of this.#views) view.choose(operation);
  }

  /** Shows what a link selects, and everything else as at first. */
  apply({ operation = '', ...time }: LinkState): void {
    // An unknown operation keeps the first choice.
    this.choose('');
    this.choose(operation);
    this.#group?.apply(time);
  }

  #draw({ groups, distributions, searches = [] }: ChartData): void {
    for (const section of this.#own('[data-group]')) {
      const group = groups.find(({ id }) => id === section.dataset.group);
      if (!group) continue;
      this.#group = new GroupView(group, section, () => this.#report(section));
      this.#views.push(this.#group);
    }
    for (const section of this.#own('[data-load-curve]')) {
      const group = groups.find(({ id }) => id === section.dataset.loadCurve);
      if (group) this.#views.push(new LoadCurveView(group, section));
    }
    for (const section of this.#own('[data-search]')) {
      const chart = searches.find(({ id }) => id === section.dataset.search);
      if (chart) new SearchView(chart, section).draw();
    }
    for (const section of this.#own('[data-distribution]')) {
      const chart = distributions.find(({ id }) => id === section.dataset.distribution);
      if (chart && Object.keys(chart.curves).length > 0)
        this.#views.push(new DistributionView(chart, section));
    }
  }

  /** What the reader selected. */
  get shown(): LinkState {
    return { ...(this.#operation === '' ? {} : { operation: this.#operation }), ...this.#group?.shown };
  }

  /** Reports the state, with the section that the reader used. */
  #report(used: HTMLElement): void {
    const section = used.closest('[data-section]')?.id;
    this.#changed({ ...(section ? { section } : {}), ...this.shown });
  }

  get #selects(): HTMLSelectElement[] {
    return this.#own<HTMLSelectElement>('select[data-operation]');
  }

  /** Each experiment is a separate part inside the part of all experiments. */
  #own<E extends HTMLElement>(selector: string): E[] {
    return [...this.#element.querySelectorAll<E>(selector)].filter(
      (element) => element.closest('[data-phase]') === this.#element,
    );
  }
}
