import uPlot from 'uplot';
import { logAxis, logScale, roundValues } from '../../../look/client/log-axis.ts';
import { colour, faded, onColours } from '../../../look/client/palette.ts';
import { axis, valueAxis } from '../../../look/client/time-chart.ts';
import { onAxis, withUnit } from '../../../look/units.ts';
import type { DistributionChart, LatencyCurve } from '../chart-data.ts';
import { fillTable } from './alternative.ts';
import { Legend } from './legend.ts';
import { percentileText, unionOf } from './percentiles.ts';

const HEIGHT = 260;
const BINS_PER_DECADE = 20;

/** How the latencies of one operation are distributed, before all others: by percentile, and as a histogram. */
export class DistributionView {
  readonly #curves: DistributionChart['curves'];
  readonly #section: HTMLElement;
  readonly #legend: Legend;
  #chosen: string;
  #isLog = true;
  #charts: uPlot[] = [];

  constructor({ curves }: DistributionChart, section: HTMLElement) {
    this.#curves = curves;
    this.#section = section;
    this.#chosen = Object.keys(curves)[0]!;
    this.#legend = new Legend(section.querySelector('.legend')!, 'ms');
    const log = section.querySelector<HTMLButtonElement>('[data-log]')!;
    log.addEventListener('click', () => {
      this.#isLog = log.getAttribute('aria-pressed') !== 'true';
      log.setAttribute('aria-pressed', String(this.#isLog));
      this.#draw();
    });
    const details = section.querySelector('details')!;
    details.addEventListener('toggle', () => this.#tabulate(details));
    this.#draw();
    new ResizeObserver(() => this.#resize()).observe(this.#place('percentiles'));
    onColours(() => {
      for (const chart of this.#charts) chart.redraw();
    });
  }

  /** Shows an operation; one that has no latencies changes nothing. */
  choose(operation: string): void {
    if (!(operation in this.#curves) || operation === this.#chosen) return;
    this.#chosen = operation;
    this.#draw();
    this.#tabulate(this.#section.querySelector('details')!);
  }

  get #curve(): LatencyCurve {
    return this.#curves[this.#chosen]!;
  }

  #place(name: string): HTMLElement {
    return this.#section.querySelector(`[data-plot="${name}"]`)!;
  }

  #draw(): void {
    for (const chart of this.#charts) chart.destroy();
    this.#charts = [this.#drawPercentiles(), this.#drawHistogram()];
  }

  #resize(): void {
    const [percentiles, histogram] = this.#charts;
    for (const [chart, name] of [
      [percentiles!, 'percentiles'],
      [histogram!, 'histogram'],
    ] as const) {
      const width = this.#place(name).clientWidth;
      if (width > 0) chart.setSize({ width, height: HEIGHT });
    }
  }

  #drawPercentiles(): uPlot {
    const { latency, earliest, response, count, family } = this.#curve;
    const others = Object.entries(this.#curves).filter(
      ([name, curve]) => name !== this.#chosen && curve.family === family,
    );
    const { x, lists } = unionOf([
      ...others.map(([, curve]) => ({ points: curve.latency, count: curve.count })),
      ...(response ? [{ points: response, count }] : []),
      ...(earliest ? [{ points: earliest, count }] : []),
      { points: latency, count },
    ]);
    const names = [
      ...(response ? ['from the intended start'] : []),
      ...(earliest ? ['at the earliest'] : []),
      'latency',
    ];
    const place = this.#place('percentiles');
    const chart = new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        padding: [10, 16, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
        scales: {
          x: { time: false, distr: 3, range: (_, __, high) => [1, Math.max(10, high)] },
          y: this.#isLog ? logScale : { range: (_, __, high) => [0, high * 1.05] },
        },
        axes: [
          {
            ...axis(26),
            splits: (_, __, ___, high) => decades(high),
            filter: (_, splits) => splits,
            values: (_, splits) => splits.map(percentileText),
          },
          { ...valueAxis(58), ...(this.#isLog ? logAxis : {}) },
        ],
        series: [
          {},
          ...others.map(() => ({ ...line(), stroke: () => faded('faint', 45), width: 1 })),
          ...(response ? [{ ...line(), stroke: () => colour('p95'), width: 1.5, dash: [5, 4] }] : []),
          ...(earliest ? [{ ...line(), stroke: () => colour('p90'), width: 1.25, auto: false }] : []),
          { ...line(), stroke: () => colour('p50'), width: 2.25 },
        ],
        hooks: {
          setCursor: [
            ({ cursor }) => {
              this.#legend.show(cursor.idx ?? null);
              const at = this.#section.querySelector('[data-at]')!;
              at.textContent = cursor.idx == null ? '' : percentileText(x[cursor.idx]!);
            },
          ],
        },
      },
      [x, ...lists],
      place,
    );
    const offset = others.length;
    this.#legend.list(
      names.map((label, index) => ({
        label,
        colour: label === 'latency' ? 'p50' : label === 'at the earliest' ? 'p90' : 'p95',
        values: lists[offset + index]!,
      })),
      (index, show) => chart.setSeries(offset + index + 1, { show }),
    );
    return chart;
  }

  #drawHistogram(): uPlot {
    const { from, counts } = this.#curve.bins;
    const place = this.#place('histogram');
    return new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        padding: [10, 16, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
        scales: {
          x: { time: false, range: (_, low, high) => [low - 0.1, high + 0.1] },
          y: { range: (_, __, high) => [0, high * 1.08] },
        },
        axes: [
          {
            ...axis(26),
            splits: (_, __, low, high) => roundPowers(low, high),
            values: (_, splits) => splits.map((power) => onAxis(Number((10 ** power).toPrecision(1)))),
          },
          valueAxis(58),
        ],
        series: [
          {},
          {
            stroke: () => colour('p50'),
            fill: () => faded('p50', 45),
            width: 1,
            paths: uPlot.paths.bars!({ size: [0.9, 60] }),
            points: { show: false },
          },
        ],
      },
      [counts.map((_, index) => (from + index + 0.5) / BINS_PER_DECADE), [...counts]],
      place,
    );
  }

  #tabulate(details: HTMLDetailsElement): void {
    const { latency, earliest, response, count } = this.#curve;
    fillTable(
      details,
      'Percentiles',
      [
        'Percentile',
        'latency',
        ...(earliest ? ['at the earliest'] : []),
        ...(response ? ['from the intended start'] : []),
      ],
      () =>
        latency.map(([part, ms], index) => [
          part === 1 ? `maximum of ${withUnit(count, '')}` : `${Number((part * 100).toPrecision(7))} %`,
          withUnit(ms, 'ms'),
          ...(earliest ? [withUnit(earliest[index]?.[1] ?? ms, 'ms')] : []),
          ...(response ? [withUnit(response[index]?.[1] ?? ms, 'ms')] : []),
        ]),
    );
  }
}

const line = () => ({ spanGaps: true, points: { show: false } });

/** 1, 10, 100 … as far as the axis goes. */
function decades(high: number): number[] {
  return Array.from({ length: Math.floor(Math.log10(high) + 1e-9) + 1 }, (_, power) => 10 ** power);
}

/** Powers of round latencies within the axis. */
function roundPowers(low: number, high: number): number[] {
  return roundValues(10 ** low, 10 ** high).map(Math.log10);
}
