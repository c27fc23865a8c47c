import { inUnit } from '../../kernel/figures.ts';
import { type Html, html } from '../page/html.ts';
import type { Trend, TrendPoint, TrendSeries } from './trends.ts';

const WIDTH = 300;
const HEIGHT = 76;
const MARGIN = 8;
/** A limit further above the values than this would flatten them: it is only named. */
const HIGHEST_LIMIT = 2.5;

/** One figure over the runs, with its limit. Its line is broken where runs are not comparable. */
export function trendChart({ name, unit, points }: Trend, { runs }: TrendSeries): Html {
  const known = points.filter((point) => point !== null);
  const last = known.at(-1)!;
  const most = Math.max(...known.map(({ value }) => value));
  const limits = known.flatMap(({ target }) => (target ? [target.limit] : []));
  const drawnLimits = limits.filter((limit) => limit <= most * HIGHEST_LIMIT);
  const top = Math.max(most, ...drawnLimits) * 1.08 || 1;
  const x = (index: number) => MARGIN + (index / Math.max(1, points.length - 1)) * (WIDTH - 2 * MARGIN);
  const y = (value: number) => HEIGHT - MARGIN - (value / top) * (HEIGHT - 2 * MARGIN);
  const isBreak = (index: number) => runs[index]!.changed.length > 0;
  const limitOf = (point: TrendPoint | null) =>
    point?.target && point.target.limit <= most * HIGHEST_LIMIT ? point.target.limit : null;
  const text = `${inUnit(last.value, unit)}${last.target ? `, limit ${limitText(last, unit)}` : ''}`;
  const texts = points.map((point) => (point === null ? 'no valid figure' : inUnit(point.value, unit)));
  return html`<figure class="trend" data-values="${texts.join('|')}"><figcaption><span class="name">${name}</span> <b>${inUnit(last.value, unit)}</b>${last.target && html` <span class="limit">limit ${limitText(last, unit)}${limitOf(last) === null && ' ↑'}</span>`} <output></output></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name} over ${points.length} runs, last ${text}" preserveAspectRatio="none">
<path class="ground" d="M0 ${HEIGHT - MARGIN}H${WIDTH}"/>
${points.map((_, index) => isBreak(index) && html`<path class="break" d="M${((x(index - 1) + x(index)) / 2).toFixed(1)} 0V${HEIGHT}"/>`)}
<path class="limit-line" d="${stepPath(points.map(limitOf), x, y)}"/>
<path class="line" d="${linePath(points, isBreak, { x, y })}"/>
${(['met', 'missed', 'inconclusive', 'none'] as const).map((state) => dots(points, state, { x, y }))}
<path class="cursor" d=""/></svg></figure>`;
}

function limitText({ target }: TrendPoint, unit: string): string {
  return `${target!.comparator} ${inUnit(target!.limit, unit)}`;
}

interface Scales {
  x(index: number): number;
  y(value: number): number;
}

/** A line through the values; a missing value does not break it, a change of the conditions does. */
function linePath(points: Trend['points'], isBreak: (index: number) => boolean, { x, y }: Scales): string {
  let path = '';
  let isNew = true;
  for (const [index, point] of points.entries()) {
    if (isBreak(index)) isNew = true;
    if (point === null) continue;
    path += `${isNew ? 'M' : 'L'}${x(index).toFixed(1)} ${y(point.value).toFixed(1)}`;
    isNew = false;
  }
  return path;
}

/** A step for each value, half the way to its neighbours. */
function stepPath(values: readonly (number | null)[], x: Scales['x'], y: Scales['y']): string {
  const half = (x(1) - x(0)) / 2;
  return values
    .map((value, index) =>
      value === null
        ? ''
        : `M${(x(index) - half).toFixed(1)} ${y(value).toFixed(1)}H${(x(index) + half).toFixed(1)}`,
    )
    .join('');
}

/** The values of one state in one path: points of no length with round ends. */
function dots(
  points: Trend['points'],
  state: 'met' | 'missed' | 'inconclusive' | 'none',
  { x, y }: Scales,
): Html {
  const path = points
    .map((point, index) =>
      point !== null && (point.target?.state ?? 'none') === state
        ? `M${x(index).toFixed(1)} ${y(point.value).toFixed(1)}h0`
        : '',
    )
    .join('');
  return path === '' ? html`` : html`<path class="dots ${state}" d="${path}"/>`;
}
