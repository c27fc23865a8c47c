import uPlot from 'uplot';
import { clock } from '../../../kernel/figures.ts';
import type { Line, TimeGroup } from '../../../look/chart-data.ts';
import { axis, fromZero, logAxis, logScale, valueAxis } from '../../../look/client/axes.ts';
import { resize } from '../../../look/client/chart.ts';
import { onSwitch, setText } from '../../../look/client/dom.ts';
import { Legend } from '../../../look/client/legend.ts';
import { colour, onColours } from '../../../look/client/palette.ts';
import { onAxis, type Unit, withUnit } from '../../../look/units.ts';
import { fillTable } from './figures-table.ts';
import { type LoadBy, type LoadPoint, loadPoints } from './load-points.ts';

const AXIS_WIDTH = 58;
const units: Readonly<Record<LoadBy, Unit>> = { rate: '/s', users: '' };

/** The latencies of each window of the run against its load. */
export class LoadCurveView {
  readonly #group: TimeGroup;
  readonly #section: HTMLElement;
  readonly #place: HTMLElement;
  readonly #legend: Legend;
  #by: LoadBy = 'rate';
  #operation = '';
  #isLog = false;
  #chart: uPlot | undefined;
  #points: readonly LoadPoint[] = [];

  constructor(group: TimeGroup, section: HTMLElement) {
    this.#group = group;
    this.#section = section;
    this.#place = section.querySelector('.plot')!;
    this.#legend = new Legend(section.querySelector('.legend')!, 'ms');
    const load = section.querySelector<HTMLSelectElement>('[data-load]')!;
    load.addEventListener('change', () => {
      this.#by = load.value as LoadBy;
      this.#draw();
    });
    onSwitch(section.querySelector('[data-log]')!, (isLog) => {
      this.#isLog = isLog;
      this.#draw();
    });
    this.#details.addEventListener('toggle', () => this.#tabulate());
    this.#draw();
    new ResizeObserver(() => this.#chart && resize(this.#chart, this.#place)).observe(this.#place);
    onColours(() => this.#chart?.redraw());
  }

  /** Shows the latency of one operation against the load of all; an operation without latencies changes nothing. */
  choose(operation: string): void {
    if (operation === this.#operation || loadPoints(this.#group, { by: this.#by, operation }).length === 0)
      return;
    this.#operation = operation;
    setText(this.#section.querySelector('[data-of]')!, operation === '' ? '' : ` of ${operation}`);
    this.#draw();
  }

  get #details(): HTMLDetailsElement {
    return this.#section.querySelector('details')!;
  }

  #draw(): void {
    this.#points = loadPoints(this.#group, { by: this.#by, operation: this.#operation });
    const lines: Line[] = [
      { label: 'P50', colour: 'p50', values: this.#points.map(({ p50 }) => p50) },
      { label: 'P95', colour: 'p95', values: this.#points.map(({ p95 }) => p95) },
    ];
    this.#chart?.destroy();
    const chart = new uPlot(
      {
        width: this.#place.clientWidth,
        height: this.#place.clientHeight,
        padding: [10, 16, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 9 }, y: false },
        scales: {
          x: { time: false, range: (_, __, high) => [0, high > 0 ? high * 1.03 : 1] },
          y: this.#isLog ? logScale() : fromZero(),
        },
        axes: [
          {
            ...axis(26),
            label: this.#by === 'rate' ? 'requests per second' : 'active users',
            labelSize: 16,
            labelFont: '11px system-ui, sans-serif',
            values: (_, splits) => splits.map(onAxis),
          },
          { ...valueAxis(AXIS_WIDTH), ...(this.#isLog ? logAxis : {}) },
        ],
        series: [
          {},
          ...lines.map(({ label, colour: name }): uPlot.Series => {
            return {
              label,
              stroke: () => colour(name),
              paths: () => null,
              points: { show: true, size: 5, fill: () => colour(name) },
            };
          }),
        ],
        hooks: { setCursor: [({ cursor: { idx } }) => this.#show(idx ?? null)] },
      },
      [this.#points.map(({ load }) => load), ...lines.map(({ values }) => [...values])],
      this.#place,
    );
    this.#legend.list(lines, (index, show) => chart.setSeries(index + 1, { show }));
    this.#chart = chart;
    this.#tabulate();
  }

  #show(index: number | null): void {
    this.#legend.show(index);
    const point = index === null ? undefined : this.#points[index];
    const text = point ? `${this.#loadText(point)} at ${clock(point.second)}` : '';
    setText(this.#section.querySelector('[data-at]')!, text);
  }

  #loadText({ load }: LoadPoint): string {
    return `${withUnit(load, units[this.#by])}${this.#by === 'users' ? ' users' : ''}`;
  }

  #tabulate(): void {
    fillTable(this.#details, 'Latency against load', ['Load', 'Time', 'P50', 'P95'], () =>
      this.#points.map((point) => [
        this.#loadText(point),
        clock(point.second),
        ...[point.p50, point.p95].map((value) => (value === null ? '–' : withUnit(value, 'ms'))),
      ]),
    );
  }
}
