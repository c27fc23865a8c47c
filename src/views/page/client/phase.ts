import type { ChartData } from '../../../look/chart-data.ts';
import { DistributionView } from './distribution.ts';
import { GroupView } from './group.ts';

interface Chooses {
  choose(operation: string): void;
}

/** Draws the charts of one part of the run. All of them show the operation that the reader chooses in this part. */
export function showPhase(phase: HTMLElement, { groups, distributions }: ChartData): void {
  const views: Chooses[] = [];
  // Each experiment is a separate part inside the part of all experiments.
  const own = <E extends HTMLElement>(selector: string) =>
    [...phase.querySelectorAll<E>(selector)].filter((element) => element.closest('[data-phase]') === phase);
  for (const section of own('[data-group]')) {
    const group = groups.find(({ id }) => id === section.dataset.group);
    if (group) views.push(new GroupView(group, section));
  }
  for (const section of own('[data-distribution]')) {
    const chart = distributions.find(({ id }) => id === section.dataset.distribution);
    if (chart && Object.keys(chart.curves).length > 0) views.push(new DistributionView(chart, section));
  }
  const selects = own<HTMLSelectElement>('select[data-operation]');
  const choose = (operation: string) => {
    for (const select of selects)
      if ([...select.options].some(({ value }) => value === operation)) select.value = operation;
    for (const view of views) view.choose(operation);
  };
  for (const select of selects) select.addEventListener('change', () => choose(select.value));
  for (const button of own<HTMLButtonElement>('button[data-show]'))
    button.addEventListener('click', () => {
      choose(button.dataset.show!);
      own('[data-distribution]')[0]?.scrollIntoView({ block: 'nearest' });
    });
}

/** Charts in a closed element have no size: they are drawn when it is opened for the first time. */
export function whenShown(phase: HTMLElement, show: () => void): void {
  const around = phase.closest('details');
  if (!around || around.open) {
    show();
    return;
  }
  const opened = () => {
    if (!around.open) return;
    around.removeEventListener('toggle', opened);
    show();
  };
  around.addEventListener('toggle', opened);
}
