import uPlot from 'uplot';
import type { Frame, Second } from '../frame.ts';
import { byId, element, say } from './dom.ts';
import { clock, latency, number } from './figures.ts';

const HEIGHT = 160;
const AXIS_WIDTH = 62;
const FONT = '11px system-ui, sans-serif';
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900];
/** The server keeps no more either. */
const KEPT = 3600;

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly column: 1 | 2 | 3 | 4 | 5 | 6;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  onAxis(value: number): string;
}

const panels: readonly Panel[] = [
  { title: 'Users', lines: [{ label: 'users', colour: 'c1', column: 1 }], onAxis: number },
  {
    title: 'Requests per second',
    lines: [
      { label: 'all', colour: 'c1', column: 2 },
      { label: 'failed', colour: 'c2', column: 3 },
    ],
    onAxis: number,
  },
  {
    title: 'Latency, of the last 10 s',
    lines: [
      { label: 'P50', colour: 'p50', column: 4 },
      { label: 'P95', colour: 'p95', column: 5 },
      { label: 'P99', colour: 'p99', column: 6 },
    ],
    onAxis: (value) => latency(value),
  },
];

/** The crowd over the last minutes, second by second. */
export class Charts {
  #seconds: Second[] = [];
  #crowd: string | null = null;
  readonly #shown = panels.map((panel) => shownPanel(panel));

  constructor() {
    byId('charts').append(...this.#shown.map(({ figure }) => figure));
    byId('span').addEventListener('change', () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(byId('charts'));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const { chart } of this.#shown) chart?.redraw();
    });
  }

  show({ isWhole, crowd, seconds }: Frame): void {
    if (isWhole || crowd?.name !== this.#crowd) this.#seconds = [];
    this.#crowd = crowd?.name ?? null;
    const last = this.#seconds.at(-1)?.[0] ?? -1;
    const fresh = seconds.filter(([second]) => second > last);
    if (fresh.length === 0 && !isWhole) return;
    this.#seconds = [...this.#seconds, ...fresh].slice(-KEPT);
    this.#draw();
  }

  #draw(): void {
    const last = this.#seconds.at(-1)?.[0] ?? 0;
    const span = Number(byId<HTMLSelectElement>('span').value);
    const seconds = this.#seconds.filter(([second]) => second > last - span);
    for (const shown of this.#shown) draw(shown, seconds);
  }
}

interface ShownPanel {
  readonly panel: Panel;
  readonly figure: HTMLElement;
  readonly place: HTMLElement;
  readonly words: HTMLElement;
  chart: uPlot | undefined;
}

function shownPanel(panel: Panel): ShownPanel {
  const figure = element('figure', { className: 'card' });
  const caption = element('figcaption');
  caption.append(element('span', { text: panel.title }));
  const words = element('span', { className: 'legend' });
  caption.append(words);
  for (const { label, colour } of panel.lines) {
    const entry = element('span');
    entry.append(
      element('i', { className: `key ${colour}` }),
      element('span', { text: label }),
      element('b'),
    );
    words.append(entry);
  }
  const place = element('div', { className: 'chart' });
  place.setAttribute('aria-hidden', 'true');
  figure.append(caption, place);
  return { panel, figure, place, words, chart: undefined };
}

function draw(shown: ShownPanel, seconds: readonly Second[]): void {
  const { panel, place, words } = shown;
  const latest = seconds.at(-1);
  for (const [index, { column }] of panel.lines.entries()) {
    const value = latest?.[column] ?? null;
    say(words.children[index]!.lastElementChild!, value === null ? '–' : panel.onAxis(value));
  }
  const width = place.clientWidth;
  if (width === 0) return;
  const data = [
    seconds.map(([second]) => second),
    ...panel.lines.map(({ column }) => seconds.map((row) => row[column])),
  ] as uPlot.AlignedData;
  if (shown.chart) {
    if (shown.chart.width !== width) shown.chart.setSize({ width, height: HEIGHT });
    shown.chart.setData(data);
  } else {
    shown.chart = new uPlot(options(panel, width), data, place);
  }
}

function options(panel: Panel, width: number): uPlot.Options {
  return {
    width,
    height: HEIGHT,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'time', scales: ['x', null] }, drag: { x: false, y: false }, y: false },
    scales: {
      x: { time: false },
      y: { range: (_, __, high) => [0, high === null || high <= 0 ? 1 : high * 1.08] },
    },
    axes: [
      {
        stroke: () => colour('axis'),
        font: FONT,
        size: 26,
        space: 60,
        incrs: STEPS,
        values: (_, splits) => splits.map(clock),
        grid: { stroke: () => colour('grid'), width: 1 },
        ticks: { show: false },
      },
      {
        stroke: () => colour('axis'),
        font: FONT,
        size: AXIS_WIDTH,
        space: 28,
        values: (_, splits) => splits.map((value) => panel.onAxis(value)),
        grid: { stroke: () => colour('grid'), width: 1 },
        ticks: { show: false },
      },
    ],
    series: [
      {},
      ...panel.lines.map(({ label, colour: name }) => ({
        label,
        stroke: () => colour(name),
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}

/** Colours as the style has them now: they differ in the dark. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
