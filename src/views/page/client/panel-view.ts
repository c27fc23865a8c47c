import type uPlot from 'uplot';
import { clock } from '../../../kernel/figures.ts';
import type { Line, Panel, TimeGroup } from '../../../look/chart-data.ts';
import { resize, seriesIndex, timeChart } from '../../../look/client/chart.ts';
import { Legend } from '../../../look/client/legend.ts';
import { onColours } from '../../../look/client/palette.ts';
import { withBracket } from '../../../look/units.ts';
import { fillTable } from './figures-table.ts';

export interface PanelOptions {
  readonly group: TimeGroup;
  readonly panel: Panel;
  readonly figure: HTMLElement;
  onZoom(fromS: number, toS: number): void;
}

/** One panel of the page: its chart, its legend and its table. */
export class PanelView {
  readonly #options: PanelOptions;
  readonly #place: HTMLElement;
  readonly #details: HTMLDetailsElement;
  readonly #legend: Legend;
  #lines: readonly Line[];
  #isLog = false;
  #chart: uPlot;

  constructor(options: PanelOptions) {
    const { group, panel, figure, onZoom } = options;
    this.#options = options;
    this.#place = figure.querySelector('.plot')!;
    this.#details = figure.querySelector('details')!;
    this.#legend = new Legend(figure.querySelector('.legend')!, panel.unit);
    this.#lines = panel.lines;
    this.#chart = this.#draw();
    this.#details.addEventListener('toggle', () => this.#tabulate());
    this.#place.addEventListener('dblclick', () => onZoom(0, group.endS));
    new ResizeObserver(() => resize(this.#chart, this.#place)).observe(this.#place);
    onColours(() => this.#chart.redraw());
  }

  /** Shows one operation instead of all operations, if the panel has lines for it. */
  choose(operation: string): void {
    const { panel } = this.#options;
    const lines = operation === '' ? panel.lines : panel.operations?.[operation];
    if (!lines || lines === this.#lines) return;
    this.#lines = lines;
    this.#redraw();
    this.#tabulate();
  }

  /** Switches a latency panel between a linear and a logarithmic scale; other panels do not change. */
  scaleLatency(isLog: boolean): void {
    if (this.#options.panel.unit !== 'ms') return;
    this.#isLog = isLog;
    this.#redraw();
  }

  zoom(min: number, max: number): void {
    this.#chart.setScale('x', { min, max });
  }

  /** Moves the cursor to a second; the other charts of the group follow. */
  point(second: number): void {
    this.#chart.setCursor({ left: this.#chart.valToPos(second, 'x'), top: 0 });
  }

  #redraw(): void {
    const { min, max } = this.#chart.scales.x!;
    this.#chart.destroy();
    this.#chart = this.#draw();
    this.zoom(min!, max!);
  }

  #draw(): uPlot {
    const { group, panel, onZoom } = this.#options;
    const chart = timeChart({
      group: group.id,
      panel,
      seconds: panel.seconds ?? group.seconds,
      faults: group.faults,
      lines: this.#lines,
      place: this.#place,
      isLog: this.#isLog,
      onCursor: (index) => this.#legend.show(index),
      onZoom,
    });
    const lines = this.#lines;
    this.#legend.list(lines, (index, show) => chart.setSeries(seriesIndex(panel, lines, index), { show }));
    return chart;
  }

  #tabulate(): void {
    const { group, panel } = this.#options;
    const seconds = panel.seconds ?? group.seconds;
    fillTable(this.#details, panel.title, ['Time', ...this.#lines.map(({ label }) => label)], () =>
      seconds.map((second, index) => [
        clock(second),
        ...this.#lines.map(({ values, earliest }) => {
          const value = values[index];
          return value == null ? '–' : withBracket(value, panel.unit, earliest?.[index]);
        }),
      ]),
    );
  }
}
