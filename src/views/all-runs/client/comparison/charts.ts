import type { Line, Panel } from '../../../../look/chart-data.ts';
import { timeChart } from '../../../../look/client/chart.ts';
import { element } from '../../../../look/client/dom.ts';
import type { Unit } from '../../../../look/units.ts';
import { aligned, type Windows } from '../../both-curves.ts';
import type { OperationOverTime, PhaseCurves } from '../../curves/schema.ts';
import { chartFigure, follow } from './figure.ts';
import { percentilesFigure } from './percentiles.ts';

interface Chart {
  readonly title: string;
  readonly unit: Unit;
  readonly of: keyof OperationOverTime;
}

const charts: readonly Chart[] = [
  { title: 'Requests', unit: '/s', of: 'perSecond' },
  { title: 'P50 of successes', unit: 'ms', of: 'p50Ms' },
  { title: 'P95 of successes', unit: 'ms', of: 'p95Ms' },
  { title: 'P99 of successes', unit: 'ms', of: 'p99Ms' },
  { title: 'Error rate', unit: '%', of: 'errorRatePercent' },
];

/** The charts of one operation in both runs, which share one time axis from the start of each run. */
export class PhaseCharts {
  readonly #a: PhaseCurves;
  readonly #b: PhaseCurves;
  readonly #place: HTMLElement;

  constructor(a: PhaseCurves, b: PhaseCurves, place: HTMLElement) {
    this.#a = a;
    this.#b = b;
    this.#place = place;
  }

  show(operation: string): void {
    this.#place.replaceChildren();
    const [a, b] = [this.#a, this.#b];
    const [ofA, ofB] = [a.operations[operation]!, b.operations[operation]!];
    const { series: overA } = ofA;
    const { series: overB } = ofB;
    if (a.users && b.users && overA && overB) {
      const [everyA, everyB] = [a.users.everyS, b.users.everyS];
      const panels = this.#panels(
        `Over time, one point for ${Math.min(everyA, everyB)} s, from the start of each run`,
      );
      timeFigure(panels, { title: 'Users', unit: '' }, alignedLines(a.users, b.users));
      const drawn = charts.map(({ of, ...shape }) => {
        const windows = [
          { everyS: everyA, values: overA[of] },
          { everyS: everyB, values: overB[of] },
        ] as const;
        return { shape, both: alignedLines(...windows) };
      });
      const empty = drawn.filter(({ both }) => both.lines.every(isEmpty));
      for (const one of drawn) if (!empty.includes(one)) timeFigure(panels, one.shape, one.both);
      const names = empty.map(({ shape }) => shape.title).join(', ');
      if (names !== '')
        this.#place.append(
          element('p', { text: `Without enough samples at any point: ${names}.`, className: 'note' }),
        );
    }
    if (ofA.percentiles && ofB.percentiles)
      percentilesFigure(
        this.#panels('Latency distribution', 'panels whole'),
        { points: ofA.percentiles, count: ofA.count - ofA.failed },
        { points: ofB.percentiles, count: ofB.count - ofB.failed },
      );
  }

  #panels(title: string, className = 'panels'): HTMLElement {
    const panels = element('div', { className });
    this.#place.append(element('h3', { text: title }), panels);
    return panels;
  }
}

interface Both {
  readonly seconds: readonly number[];
  readonly lines: readonly Line[];
}

function alignedLines(a: Windows, b: Windows): Both {
  const both = aligned(a, b);
  const lines: Line[] = [
    { label: 'A', colour: 'c1', values: both.a },
    { label: 'B', colour: 'c4', values: both.b },
  ];
  return { seconds: both.seconds, lines };
}

function isEmpty({ values }: Line): boolean {
  return values.every((value) => value === null);
}

function timeFigure(place: HTMLElement, { title, unit }: Omit<Chart, 'of'>, { seconds, lines }: Both): void {
  const panel: Panel = { id: title, title, unit, kind: 'lines', family: '', lines };
  const { plot, legend } = chartFigure(place, title, unit);
  const chart = timeChart({
    group: 'both',
    panel,
    lines,
    seconds,
    place: plot,
    onCursor: (index) => legend.show(index),
  });
  legend.list(lines, (index, show) => chart.setSeries(index + 1, { show }));
  follow(chart, plot);
}
