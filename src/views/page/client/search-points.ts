import type uPlot from 'uplot';
import type { Colour, SearchChart } from '../../../look/chart-data.ts';
import { colour } from '../../../look/client/palette.ts';

interface Point {
  readonly level: number;
  readonly value: number;
  readonly verdict: SearchChart['points'][number]['verdict'];
  readonly colour: Colour;
}

/** In CSS pixels. */
const RADIUS = 4;

/** Draws the point of a level by its verdict: a disc holds, a cross breaks, a ring is undecided, a square is limited by the generator. */
export function drawPoint(chart: uPlot, { level, value, verdict, colour: name }: Point): void {
  const { ctx } = chart;
  const radius = RADIUS * devicePixelRatio;
  const [x, y] = [chart.valToPos(level, 'x', true), chart.valToPos(value, 'y', true)];
  ctx.save();
  ctx.lineWidth = 1.75 * devicePixelRatio;
  ctx.strokeStyle = colour(name);
  ctx.fillStyle = verdict === 'holds' ? colour(name) : colour('card');
  ctx.beginPath();
  switch (verdict) {
    case 'breaks':
      ctx.moveTo(x - radius, y - radius);
      ctx.lineTo(x + radius, y + radius);
      ctx.moveTo(x + radius, y - radius);
      ctx.lineTo(x - radius, y + radius);
      break;
    case 'generator':
      ctx.rect(x - radius, y - radius, 2 * radius, 2 * radius);
      ctx.fill();
      break;
    default:
      ctx.arc(x, y, radius, 0, 2 * Math.PI);
      ctx.fill();
  }
  ctx.stroke();
  ctx.restore();
}

/** Draws a line down the chart at each level of the answer, with its words on the side with room. */
export function drawMarks(chart: uPlot, marks: SearchChart['marks']): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  for (const [index, { level, label }] of marks.entries()) {
    const x = chart.valToPos(level, 'x', true);
    ctx.setLineDash(index === 0 ? [] : [4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.strokeStyle = colour('axis');
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    // The first label is on the left of its line, and the second one on the right.
    const isLeft = index === 0 && marks.length > 1;
    ctx.textAlign = isLeft ? 'right' : 'left';
    ctx.fillStyle = colour('text');
    ctx.fillText(label, x + (isLeft ? -3 : 3) * devicePixelRatio, bbox.top - devicePixelRatio);
  }
  ctx.restore();
}
