import type uPlot from 'uplot';
import type { Fault } from '../chart-data.ts';
import { colour } from './palette.ts';

/** Shades the intervals of the faults behind the curves, with their names where there is room. */
export function drawFaults(chart: uPlot, faults: readonly Fault[]): void {
  const { ctx, bbox } = chart;
  const { min = 0, max = 0 } = chart.scales.x!;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  let freeFrom = bbox.left;
  for (const { name, fromS, toS } of faults) {
    if (toS < min! || fromS > max!) continue;
    const left = chart.valToPos(Math.max(fromS, min!), 'x', true);
    const right = chart.valToPos(Math.min(toS, max!), 'x', true);
    // A reset is over at once; it has to be seen all the same.
    const width = Math.max(right - left, 2 * devicePixelRatio);
    ctx.fillStyle = colour('fault');
    ctx.fillRect(left, bbox.top, width, bbox.height);
    const start = Math.max(left + 4 * devicePixelRatio, freeFrom);
    if (start + ctx.measureText(name).width > bbox.left + bbox.width) continue;
    if (start > right && start > left + 4 * devicePixelRatio) continue;
    ctx.fillStyle = colour('fault-text');
    ctx.fillText(name, start, bbox.top + 2 * devicePixelRatio);
    freeFrom = start + ctx.measureText(name).width + 8 * devicePixelRatio;
  }
  ctx.restore();
}
