import type uPlot from 'uplot';
import { colour } from '../../../look/client/palette.ts';
import type { Fault } from '../chart-data.ts';

/** In CSS pixels: a reset is over at once, and has to be seen all the same. */
const NARROWEST = 2;
const GAP = 4;

/** Shades the intervals of the faults behind the curves. */
export function shadeFaults(chart: uPlot, faults: readonly Fault[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = colour('fault');
  for (const { left, right } of shown(chart, faults))
    ctx.fillRect(left, bbox.top, Math.max(right - left, NARROWEST * devicePixelRatio), bbox.height);
  ctx.restore();
}

/** Writes the names of the faults before the curves, one after the other where there is room. */
export function nameFaults(chart: uPlot, faults: readonly Fault[]): void {
  const { ctx, bbox } = chart;
  const gap = GAP * devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  ctx.fillStyle = colour('fault-text');
  let freeFrom = bbox.left;
  for (const { name, left } of shown(chart, faults)) {
    const start = left + gap;
    const end = start + ctx.measureText(name).width;
    if (start < freeFrom || end > bbox.left + bbox.width) continue;
    ctx.fillText(name, start, bbox.top + gap / 2);
    freeFrom = end + gap;
  }
  ctx.restore();
}

/** The faults within what the chart shows, in pixels of its canvas. */
function shown(chart: uPlot, faults: readonly Fault[]): { name: string; left: number; right: number }[] {
  const { min, max } = chart.scales.x!;
  if (min == null || max == null) return [];
  return faults
    .filter(({ fromS, toS }) => toS >= min && fromS <= max)
    .map(({ name, fromS, toS }) => ({
      name,
      left: chart.valToPos(Math.max(fromS, min), 'x', true),
      right: chart.valToPos(Math.min(toS, max), 'x', true),
    }));
}
