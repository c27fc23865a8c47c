import type uPlot from 'uplot';
import type { Line, Panel } from '../../look/chart-data.ts';
import { chartData, resize, seriesIndex, timeChart } from '../../look/client/chart.ts';
import { element } from '../../look/client/dom.ts';
import { Legend } from '../../look/client/legend.ts';
import type { Instant } from '../../look/client/overlays.ts';
import type { Second } from '../frame.ts';
import type { LivePanel } from './panels.ts';

/** One chart of the crowd; its legend shows the latest values, or the values at the cursor. */
export class Chart {
  readonly figure = element('figure', { className: 'card panel' });
  readonly #panel: LivePanel;
  readonly #legend: Legend;
  readonly #place = element('div', { className: 'plot' });
  #plot: uPlot | undefined;
  /** The second that the legend shows without a cursor: the last one of a live crowd. */
  #latest: number | null = null;
  #instants: readonly Instant[] = [];

  constructor(panel: LivePanel) {
    this.#panel = panel;
    const names = element('div', { className: 'legend' });
    this.#legend = new Legend(names, panel.unit);
    const title = element('h3', { text: panel.title });
    if (panel.unit !== '') title.append(' ', element('span', { className: 'unit', text: panel.unit }));
    const caption = element('figcaption');
    caption.append(title, names);
    // The legend and the table of operations have the same figures in words.
    this.#place.setAttribute('aria-hidden', 'true');
    this.figure.append(caption, this.#place);
    const { lines } = this.#at([]);
    this.#legend.list(lines, (index, show) => {
      this.#plot?.setSeries(seriesIndex(this.#at([]), lines, index), { show });
    });
  }

  draw(rows: readonly Second[], instants: readonly Instant[], isOver: boolean): void {
    this.#instants = instants;
    const panel = this.#at(rows);
    const seconds = rows.map(([second]) => second);
    this.#legend.update(panel.lines);
    this.#latest = isOver ? null : rows.length - 1;
    this.#legend.show(this.#plot?.cursor.idx ?? this.#latest);
    if (this.#place.clientWidth === 0) return;
    if (this.#plot) this.#plot.setData(chartData(panel, panel.lines, seconds));
    else this.#plot = this.#create(panel, seconds);
  }

  resize(): void {
    if (this.#plot) resize(this.#plot, this.#place);
  }

  /** Draws the chart again, with the current colours. */
  redraw(): void {
    this.#plot?.redraw();
  }

  #create(panel: Panel, seconds: readonly number[]): uPlot {
    return timeChart({
      group: 'crowd',
      panel,
      lines: panel.lines,
      seconds,
      place: this.#place,
      instants: () => this.#instants,
      onCursor: (index) => this.#legend.show(index ?? this.#latest),
    });
  }

  /** The panel with the values of these seconds. */
  #at(rows: readonly Second[]): Panel {
    const lines = this.#panel.lines.map(
      ({ column, ...line }): Line => ({ ...line, values: rows.map((row) => row[column]) }),
    );
    return { ...this.#panel, family: '', lines };
  }
}
