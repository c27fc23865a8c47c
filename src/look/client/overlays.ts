import type uPlot from 'uplot';
import type { Fault } from '../chart-data.ts';
import type { Tone } from '../states.ts';
import { colour } from './palette.ts';

/** In CSS pixels, so that a fault without a duration is visible. */
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

/** Writes the names of the faults in front of the curves; a name without space is omitted. */
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

/** A marked instant, such as the change of a target. */
export interface Instant {
  readonly atS: number;
  readonly tone: Tone;
}

/** Draws a line down the chart for each instant, by its tone. */
export function markInstants(chart: uPlot, instants: readonly Instant[]): void {
  const { ctx, bbox, scales } = chart;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { atS, tone } of instants) {
    if (atS < (scales.x!.min ?? 0) || atS > (scales.x!.max ?? 0)) continue;
    const x = chart.valToPos(atS, 'x', true);
    ctx.strokeStyle = colour(tone === 'good' ? 'ok' : 'c2');
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Draws a line down the chart at the second that the reader marked. */
export function drawMark(chart: uPlot, second: number | undefined): void {
  const { ctx, bbox, scales } = chart;
  if (second === undefined || second < (scales.x!.min ?? 0) || second > (scales.x!.max ?? 0)) return;
  const x = chart.valToPos(second, 'x', true);
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.strokeStyle = colour('link');
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** The visible faults, in pixels of the canvas. */
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
