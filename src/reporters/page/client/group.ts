import type uPlot from 'uplot';
import type { Line, Panel, TimeGroup } from '../chart-data.ts';
import { clockTime } from '../units.ts';
import { alternative } from './alternative.ts';
import { resize, timeChart } from './chart.ts';
import { Legend } from './legend.ts';
import { onColours } from './palette.ts';

/** One panel with its place in the page. */
class PanelView {
  readonly #group: TimeGroup;
  readonly #panel: Panel;
  readonly #place: HTMLElement;
  readonly #legend: Legend;
  readonly #onZoom: (fromS: number, toS: number) => void;
  #lines: readonly Line[];
  #chart!: uPlot;

  constructor(
    group: TimeGroup,
    panel: Panel,
    figure: HTMLElement,
    onZoom: (fromS: number, toS: number) => void,
  ) {
    this.#group = group;
    this.#panel = panel;
    this.#place = figure.querySelector('.plot')!;
    this.#legend = new Legend(figure.querySelector('.legend')!, panel.unit);
    this.#onZoom = onZoom;
    this.#lines = panel.lines;
    this.#draw();
    const seconds = panel.seconds ?? group.seconds;
    alternative(figure.querySelector('details')!, () => ({ panel, lines: this.#lines, seconds }));
    new ResizeObserver(() => resize(this.#chart, this.#place)).observe(this.#place);
    onColours(() => this.#chart.redraw());
  }

  /** Shows one operation instead of all, where the panel tells them apart. */
  choose(operation: string): void {
    const lines = operation === '' ? this.#panel.lines : this.#panel.operations?.[operation];
    if (!lines || lines === this.#lines) return;
    const { min, max } = this.#chart.scales.x!;
    this.#lines = lines;
    this.#chart.destroy();
    this.#draw();
    this.#chart.setScale('x', { min: min!, max: max! });
  }

  zoom(min: number, max: number): void {
    this.#chart.setScale('x', { min, max });
  }

  /** Puts the cursor to a moment; the others of the group follow. */
  point(second: number): void {
    this.#chart.setCursor({ left: this.#chart.valToPos(second, 'x'), top: 0 });
  }

  #draw(): void {
    const chart = timeChart({
      group: this.#group,
      panel: this.#panel,
      lines: this.#lines,
      place: this.#place,
      onCursor: (index) => this.#legend.show(index),
      onZoom: this.#onZoom,
    });
    this.#chart = chart;
    const isStack = this.#panel.kind === 'stack';
    this.#legend.list(this.#lines, (index, show) =>
      chart.setSeries(isStack ? this.#lines.length - index : index + 1, { show }),
    );
    this.#place.addEventListener('dblclick', () => this.#onZoom(0, this.#group.endS));
  }
}

/** Charts over one time axis: they share cursor, zoom and the operation that is shown. */
export function showGroup(group: TimeGroup, section: HTMLElement): void {
  let [from, to] = [0, group.endS];
  const views = group.panels.map(
    (panel) =>
      new PanelView(group, panel, section.querySelector(`[data-panel="${panel.id}"]`)!, (min, max) =>
        zoom(min, max),
      ),
  );
  const zoom = (min: number, max: number) => {
    const shortest = Math.min(group.endS, 4);
    const width = Math.min(Math.max(max - min, shortest), group.endS);
    from = Math.min(Math.max(0, min), group.endS - width);
    to = from + width;
    for (const view of views) view.zoom(from, to);
    section.dataset.from = String(from);
    section.dataset.to = String(to);
  };
  zoom(from, to);
  const width = () => to - from;
  const steps: Record<string, () => [number, number]> = {
    in: () => [from + width() / 4, to - width() / 4],
    out: () => [from - width() / 2, to + width() / 2],
    left: () => [from - width() / 2, to - width() / 2],
    right: () => [from + width() / 2, to + width() / 2],
    reset: () => [0, group.endS],
  };
  for (const button of section.querySelectorAll<HTMLButtonElement>('[data-zoom]'))
    button.addEventListener('click', () => zoom(...steps[button.dataset.zoom!]!()));
  section.querySelector<HTMLSelectElement>('[data-operation]')?.addEventListener('change', (event) => {
    for (const view of views) view.choose((event.target as HTMLSelectElement).value);
  });
  const moment = section.querySelector<HTMLInputElement>('[data-moment]')!;
  moment.max = String(Math.ceil(group.endS));
  const tell = () => moment.setAttribute('aria-valuetext', clockTime(moment.valueAsNumber));
  tell();
  moment.addEventListener('input', () => {
    tell();
    views[0]?.point(moment.valueAsNumber);
  });
}
