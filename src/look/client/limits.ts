import type uPlot from 'uplot';
import type { Limit } from '../chart-data.ts';
import { colour } from './palette.ts';

/** In CSS pixels. */
const LINE_HEIGHT = 14;
const GAP = 4;

/** The highest value of a limit. */
export function topOf({ value }: Limit): number {
  return typeof value === 'number' ? value : Math.max(...value.map((one) => one ?? 0));
}

/**
 * Draws each limit as a dashed line with its label at the right end. A limit outside of the scale has only a label, at
 * the edge that is nearer to it, with an arrow.
 */
export function drawLimits(chart: uPlot, limits: readonly Limit[]): void {
  const { ctx, bbox } = chart;
  const height = LINE_HEIGHT * devicePixelRatio;
  const taken: number[] = [];
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'top';
  for (const limit of limits) {
    const { side, y } = placeOf(chart, limit);
    if (side === '') drawLine(chart, limit);
    let top = side === '' ? y - height : y;
    const free = (place: number) => taken.every((one) => Math.abs(one - place) >= height);
    while (!free(top) && top + 2 * height < bbox.top + bbox.height) top += height;
    taken.push(top);
    label(chart, `${limit.label}${side && ` ${side}`}`, Math.max(bbox.top, top));
  }
  ctx.restore();
}

/** Where the label of a limit is, and whether the limit is above or below the scale. */
function placeOf(chart: uPlot, limit: Limit): { side: '' | '↑' | '↓'; y: number } {
  const { bbox, scales } = chart;
  const { min, max } = scales.y!;
  const shown = typeof limit.value === 'number' ? limit.value : lastShown(chart, limit.value);
  if (shown > (max ?? 0)) return { side: '↑', y: bbox.top };
  if (shown < (min ?? 0)) return { side: '↓', y: bbox.top + bbox.height - LINE_HEIGHT * devicePixelRatio };
  return { side: '', y: chart.valToPos(shown, 'y', true) };
}

/** The value at the right edge of the shown time. */
function lastShown(chart: uPlot, values: readonly (number | null)[]): number {
  const [, last] = shownRange(chart);
  return values[last] ?? topOf({ label: '', of: '', value: values });
}

function shownRange({ data, scales }: uPlot): [first: number, last: number] {
  const { min, max } = scales.x!;
  const first = data[0].findIndex((second) => second >= (min ?? 0));
  const last = data[0].findLastIndex((second) => second <= (max ?? 0));
  return [Math.max(0, first), last];
}

function drawLine(chart: uPlot, { value }: Limit): void {
  const { ctx, bbox, data } = chart;
  ctx.strokeStyle = colour('text');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  if (typeof value === 'number') {
    const y = chart.valToPos(value, 'y', true);
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
  } else {
    const [first, last] = shownRange(chart);
    for (let index = first; index <= last; index++)
      ctx.lineTo(chart.valToPos(data[0][index]!, 'x', true), chart.valToPos(value[index] ?? 0, 'y', true));
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Readable in front of curves: with an edge in the colour of the card. */
function label({ ctx, bbox }: uPlot, text: string, top: number): void {
  const right = bbox.left + bbox.width - GAP * devicePixelRatio;
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colour('card');
  ctx.strokeText(text, right, top);
  ctx.fillStyle = colour('text');
  ctx.fillText(text, right, top);
}
