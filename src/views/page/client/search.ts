import uPlot from 'uplot';
import type { Line, SearchChart } from '../../../look/chart-data.ts';
import { axis, fromZero, logAxis, logScale, valueAxis } from '../../../look/client/axes.ts';
import { resize } from '../../../look/client/chart.ts';
import { onSwitch, setText } from '../../../look/client/dom.ts';
import { Legend } from '../../../look/client/legend.ts';
import { colour, onColours } from '../../../look/client/palette.ts';
import { onAxis, type Unit } from '../../../look/units.ts';
import { drawMarks, drawPoint } from './search-points.ts';

const AXIS_WIDTH = 58;

/** The lines of each chart, by its name in the page. */
function linesOf({ points }: SearchChart, name: string): { unit: Unit; lines: Line[] } {
  switch (name) {
    case 'throughput':
      return {
        unit: '/s',
        lines: [{ label: 'calls', colour: 'c1', values: points.map(({ perSecond }) => perSecond) }],
      };
    case 'latency':
      return {
        unit: 'ms',
        lines: (['p50', 'p95', 'p99'] as const).map((percentile) => ({
          label: percentile.toUpperCase(),
          colour: percentile,
          values: points.map((point) => point[percentile]),
        })),
      };
    default:
      return {
        unit: '%',
        lines: [{ label: 'errors', colour: 'bad', values: points.map(({ errors }) => errors) }],
      };
  }
}

/** Throughput, latency and errors of each level of a capacity search, with one load axis and one cursor. */
export class SearchView {
  readonly #chart: SearchChart;
  readonly #section: HTMLElement;
  readonly #legends: Legend[] = [];
  #plots: uPlot[] = [];
  #isLog = false;

  constructor(chart: SearchChart, section: HTMLElement) {
    this.#chart = chart;
    this.#section = section;
    onSwitch(section.querySelector('[data-log]')!, (isLog) => {
      this.#isLog = isLog;
      this.draw();
    });
    new ResizeObserver(() => {
      for (const plot of this.#plots) resize(plot, plot.root.parentElement!);
    }).observe(section);
    onColours(() => {
      for (const plot of this.#plots) plot.redraw();
    });
  }

  draw(): void {
    for (const plot of this.#plots) plot.destroy();
    this.#legends.length = 0;
    const figures = [...this.#section.querySelectorAll<HTMLElement>('[data-curve]')];
    this.#plots = figures.map((figure) => this.#plot(figure));
  }

  #plot(figure: HTMLElement): uPlot {
    const { points, marks, id } = this.#chart;
    const { unit, lines } = linesOf(this.#chart, figure.dataset.curve!);
    const place = figure.querySelector<HTMLElement>('.plot')!;
    const isLog = this.#isLog && unit === 'ms';
    const legend = new Legend(figure.querySelector('.legend')!, unit);
    const plot = new uPlot(
      {
        width: place.clientWidth,
        height: place.clientHeight,
        padding: [16, 16, 0, 0],
        legend: { show: false },
        cursor: {
          sync: { key: `search-${id}` },
          drag: { x: false, y: false },
          points: { size: 9 },
          y: false,
        },
        scales: {
          x: { time: false, range: (_, __, high) => [0, high > 0 ? high * 1.05 : 1] },
          y: isLog ? logScale() : fromZero(),
        },
        axes: [
          {
            ...axis(26),
            label: this.#chart.axis,
            labelSize: 16,
            labelFont: '11px system-ui, sans-serif',
            values: (_, splits) => splits.map(onAxis),
          },
          { ...valueAxis(AXIS_WIDTH), ...(isLog ? logAxis : {}) },
        ],
        series: [
          {},
          ...lines.map(({ label, colour: name }): uPlot.Series => {
            return { label, stroke: () => colour(name), width: 1.5, points: { show: false } };
          }),
        ],
        hooks: {
          draw: [
            (drawn) => {
              drawMarks(drawn, marks);
              for (const [index, line] of lines.entries())
                if (drawn.series[index + 1]!.show)
                  for (const [at, { level, verdict }] of points.entries()) {
                    const value = line.values[at];
                    if (value != null) drawPoint(drawn, { level, value, verdict, colour: line.colour });
                  }
            },
          ],
          setCursor: [({ cursor: { idx } }) => this.#show(idx ?? null)],
        },
      },
      [points.map(({ level }) => level), ...lines.map(({ values }) => [...values])],
      place,
    );
    legend.list(lines, (index, show) => plot.setSeries(index + 1, { show }));
    this.#legends.push(legend);
    return plot;
  }

  #show(index: number | null): void {
    for (const legend of this.#legends) legend.show(index);
    const point = index === null ? undefined : this.#chart.points[index];
    setText(this.#section.querySelector('[data-at]')!, point ? `${point.name}: ${point.verdict}` : '');
  }
}
