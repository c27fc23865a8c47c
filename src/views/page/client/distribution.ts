import type uPlot from 'uplot';
import type { DistributionChart, LatencyCurve } from '../../../look/chart-data.ts';
import { resize } from '../../../look/client/chart.ts';
import { onSwitch, setText } from '../../../look/client/dom.ts';
import { Legend } from '../../../look/client/legend.ts';
import { onColours } from '../../../look/client/palette.ts';
import { withUnit } from '../../../look/units.ts';
import { histogramChart, percentilesChart } from './distribution-charts.ts';
import { fillTable } from './figures-table.ts';

/** The latencies of one operation by percentile, in front of the other operations, and as a histogram. */
export class DistributionView {
  readonly #curves: DistributionChart['curves'];
  readonly #section: HTMLElement;
  readonly #legend: Legend;
  #chosen: string;
  #isLog = true;
  #percentiles: uPlot | undefined;
  #histogram: uPlot | undefined;

  constructor({ curves }: DistributionChart, section: HTMLElement) {
    this.#curves = curves;
    this.#section = section;
    this.#chosen = Object.keys(curves)[0]!;
    this.#legend = new Legend(section.querySelector('.legend')!, 'ms');
    onSwitch(section.querySelector('[data-log]')!, (isLog) => {
      this.#isLog = isLog;
      this.#draw();
    });
    this.#details.addEventListener('toggle', () => this.#tabulate());
    this.#draw();
    new ResizeObserver(() => {
      if (this.#percentiles) resize(this.#percentiles, this.#place('percentiles'));
      if (this.#histogram) resize(this.#histogram, this.#place('histogram'));
    }).observe(this.#place('percentiles'));
    onColours(() => {
      this.#percentiles?.redraw();
      this.#histogram?.redraw();
    });
  }

  /** Shows an operation; an operation without latencies changes nothing. */
  choose(operation: string): void {
    if (!(operation in this.#curves) || operation === this.#chosen) return;
    this.#chosen = operation;
    this.#draw();
    this.#tabulate();
  }

  get #curve(): LatencyCurve {
    return this.#curves[this.#chosen]!;
  }

  get #details(): HTMLDetailsElement {
    return this.#section.querySelector('details')!;
  }

  #place(name: 'percentiles' | 'histogram'): HTMLElement {
    return this.#section.querySelector(`[data-plot="${name}"]`)!;
  }

  #draw(): void {
    this.#percentiles?.destroy();
    this.#histogram?.destroy();
    const curve = this.#curve;
    for (const place of this.#section.querySelectorAll('[data-of]'))
      setText(place, this.#chosen === '' ? '' : ` of ${this.#chosen}`);
    const { chart, lines, offset } = percentilesChart({
      curve,
      others: Object.values(this.#curves).filter((one) => one !== curve && one.family === curve.family),
      place: this.#place('percentiles'),
      isLog: this.#isLog,
      onCursor: (index, percentile) => {
        this.#legend.show(index);
        this.#section.querySelector('[data-at]')!.textContent = percentile;
      },
    });
    this.#legend.list(lines, (index, show) => chart.setSeries(offset + index, { show }));
    this.#percentiles = chart;
    this.#histogram = histogramChart(curve.bins, this.#place('histogram'));
  }

  #tabulate(): void {
    const { latency, earliest, response, count } = this.#curve;
    const names = ['latency', ...(earliest ? ['at the earliest'] : [])];
    const columns = [...names, ...(response ? ['from the intended start'] : [])];
    fillTable(this.#details, 'Percentiles', ['Percentile', ...columns], () =>
      latency.map(([part, ms], index) => [
        part === 1 ? `maximum of ${withUnit(count, '')}` : `${Number((part * 100).toPrecision(7))}%`,
        withUnit(ms, 'ms'),
        ...(earliest ? [withUnit(earliest[index]?.[1] ?? ms, 'ms')] : []),
        ...(response ? [withUnit(response[index]?.[1] ?? ms, 'ms')] : []),
      ]),
    );
  }
}
