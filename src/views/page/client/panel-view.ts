import type uPlot from 'uplot';
import { clock } from '../../../kernel/figures.ts';
import { type Line, limitsFor, type Panel, type TimeGroup } from '../../../look/chart-data.ts';
import { resize, seriesIndex, timeChart } from '../../../look/client/chart.ts';
import { Legend } from '../../../look/client/legend.ts';
import { onColours } from '../../../look/client/palette.ts';
import { withBracket } from '../../../look/units.ts';
import { timeAt } from './clock-time.ts';
import { fillTable } from './figures-table.ts';

export interface PanelOptions {
  readonly group: TimeGroup;
  readonly panel: Panel;
  readonly figure: HTMLElement;
  /** The marked second of the group. */
  mark(): number | undefined;
  onMark(second: number): void;
  onZoom(fromS: number, toS: number): void;
}

/** One panel of the page: its chart, its legend and its table. */
export class PanelView {
  readonly #options: PanelOptions;
  readonly #place: HTMLElement;
  readonly #details: HTMLDetailsElement;
  readonly #legend: Legend;
  #lines: readonly Line[];
  #operation = '';
  #isLog = false;
  #chart: uPlot;

  constructor(options: PanelOptions) {
    const { group, panel, figure, onZoom, onMark } = options;
    this.#options = options;
    this.#place = figure.querySelector('.plot')!;
    this.#details = figure.querySelector('details')!;
    this.#legend = new Legend(figure.querySelector('.legend')!, panel.unit);
    this.#lines = panel.lines;
    this.#chart = this.#draw();
    this.#details.addEventListener('toggle', () => this.#tabulate());
    this.#place.addEventListener('dblclick', () => onZoom(0, group.endS));
    this.#place.addEventListener('click', () => {
      const { idx } = this.#chart.cursor;
      if (idx != null) onMark(this.#seconds[idx]!);
    });
    new ResizeObserver(() => resize(this.#chart, this.#place)).observe(this.#place);
    onColours(() => this.#chart.redraw());
  }

  /** Shows one operation instead of all operations, if the panel has lines for it. */
  choose(operation: string): void {
    const { panel, figure } = this.#options;
    const lines = operation === '' ? panel.lines : panel.operations?.[operation];
    if (!lines || lines === this.#lines) return;
    this.#lines = lines;
    this.#operation = operation;
    figure.querySelector('[data-of]')!.textContent = operation === '' ? '' : ` of ${operation}`;
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

  /** Draws the mark of the group, and shows the values there while there is no cursor. */
  marked(): void {
    this.#chart.redraw(false);
    this.#show(this.#chart.cursor.idx ?? null);
  }

  get #seconds(): readonly number[] {
    return this.#options.panel.seconds ?? this.#options.group.seconds;
  }

  #redraw(): void {
    const { min, max } = this.#chart.scales.x!;
    this.#chart.destroy();
    this.#chart = this.#draw();
    this.zoom(min!, max!);
    this.marked();
  }

  #draw(): uPlot {
    const { group, panel, mark, onZoom } = this.#options;
    const chart = timeChart({
      group: group.id,
      panel,
      seconds: this.#seconds,
      faults: group.faults,
      lines: this.#lines,
      limits: limitsFor(panel, this.#operation),
      place: this.#place,
      isLog: this.#isLog,
      mark,
      timeText: (second) => timeAt(group.startedAt, second),
      onCursor: (index) => this.#show(index),
      onZoom,
    });
    const lines = this.#lines;
    this.#legend.list(lines, (index, show) => chart.setSeries(seriesIndex(panel, lines, index), { show }));
    return chart;
  }

  /** The values at the cursor, or at the mark. */
  #show(index: number | null): void {
    const second = this.#options.mark();
    this.#legend.show(index ?? (second === undefined ? null : this.#nearest(second)));
  }

  #nearest(second: number): number {
    const after = this.#seconds.findIndex((one) => one > second);
    return after === -1 ? this.#seconds.length - 1 : Math.max(0, after - 1);
  }

  #tabulate(): void {
    const { panel } = this.#options;
    fillTable(this.#details, panel.title, ['Time', ...this.#lines.map(({ label }) => label)], () =>
      this.#seconds.map((second, index) => [
        clock(second),
        ...this.#lines.map(({ values, earliest }) => {
          const value = values[index];
          return value == null ? '–' : withBracket(value, panel.unit, earliest?.[index]);
        }),
      ]),
    );
  }
}
