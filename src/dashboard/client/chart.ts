import uPlot from 'uplot';
import { colour } from '../../look/client/palette.ts';
import { fromZero, lineOf, overTime, timeAxis, valueAxis } from '../../look/client/time-chart.ts';
import type { LogEntry, Second } from '../frame.ts';
import { element, say } from './dom.ts';
import type { Panel } from './panels.ts';

const HEIGHT = 150;
/** All charts have axes of one width, so that their times stand above each other. */
const AXIS_WIDTH = 46;

/** An instant that stands out: where a target turned. */
export type Instant = Pick<LogEntry, 'atS' | 'tone'>;

/** One chart of the time axis, with its latest values in words beside the title. */
export class Chart {
  readonly figure = element('figure', { className: 'card' });
  readonly #panel: Panel;
  readonly #words = element('span', { className: 'legend' });
  readonly #place = element('div', { className: 'chart' });
  #plot: uPlot | undefined;
  #instants: readonly Instant[] = [];

  constructor(panel: Panel) {
    this.#panel = panel;
    const caption = element('figcaption');
    caption.append(element('span', { text: panel.title }), this.#words);
    for (const { label, colour: name } of panel.lines) {
      const entry = element('span');
      entry.append(
        element('i', { className: `key ${name}` }),
        element('span', { text: label }),
        element('b'),
      );
      this.#words.append(entry);
    }
    // A picture of what the words beside it and the table of operations say.
    this.#place.setAttribute('aria-hidden', 'true');
    this.figure.append(caption, this.#place);
  }

  draw(seconds: readonly Second[], instants: readonly Instant[]): void {
    this.#instants = instants;
    const latest = seconds.at(-1);
    for (const [index, { column }] of this.#panel.lines.entries()) {
      const value = latest?.[column] ?? null;
      say(this.#words.children[index]!.lastElementChild!, value === null ? '–' : this.#panel.say(value));
    }
    const width = this.#place.clientWidth;
    if (width === 0) return;
    const columns = this.#panel.lines.map(({ column }) => seconds.map((row) => row[column]));
    const data = [seconds.map(([second]) => second), ...columns] as uPlot.AlignedData;
    if (this.#plot && this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT });
    if (this.#plot) this.#plot.setData(data);
    else this.#plot = new uPlot(this.#options(width), data, this.#place);
  }

  /** The colours are others now. */
  redraw(): void {
    this.#plot?.redraw();
  }

  #options(width: number): uPlot.Options {
    const look = overTime('time', { width, height: HEIGHT });
    return {
      ...look,
      cursor: { ...look.cursor, drag: { x: false, y: false } },
      scales: { x: { time: false }, y: fromZero },
      axes: [timeAxis(), valueAxis(AXIS_WIDTH)],
      series: [
        {},
        ...this.#panel.lines.map(({ label, colour: name, isFilled }) =>
          lineOf({ label, colour: name, ...(isFilled ? { filled: 18 } : {}) }),
        ),
      ],
      hooks: { draw: [(plot) => drawInstants(plot, this.#instants)] },
    };
  }
}

/** A line down the chart for each instant, by its tone. */
function drawInstants(plot: uPlot, instants: readonly Instant[]): void {
  const { ctx, bbox, scales } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { atS, tone } of instants) {
    if (atS === null || atS < (scales.x!.min ?? 0) || atS > (scales.x!.max ?? 0)) continue;
    const x = plot.valToPos(atS, 'x', true);
    ctx.strokeStyle = colour(tone === 'good' ? 'ok' : 'c2');
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
