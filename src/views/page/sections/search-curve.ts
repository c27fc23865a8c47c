import { levelText } from '../../../capacity/axis.ts';
import type { Capacity } from '../../../capacity/evidence.ts';
import { number } from '../../../kernel/figures.ts';
import type { SearchChart } from '../../../look/chart-data.ts';
import { type Html, html, trusted } from '../html.ts';

/** A search has a curve from this number of levels on. */
const FEWEST_LEVELS = 3;

/** The outlines of the points, in a square of 12, as the client draws them. */
const outlines = {
  holds: '<circle class="filled" cx="6" cy="6" r="4"/>',
  breaks: '<path d="M2 2l8 8M10 2l-8 8"/>',
  undecided: '<circle cx="6" cy="6" r="4"/>',
  generator: '<path d="M2 2h8v8h-8z"/>',
} as const;

/** The levels as points of curves over the load; undefined with too few of them. */
export function searchChart(id: string, { axis, levels, answer }: Capacity): SearchChart | undefined {
  if (levels.length < FEWEST_LEVELS) return undefined;
  const sorted = levels.toSorted((one, other) => one.level - other.level);
  const mark = (level: number | null | undefined, words: string) =>
    level == null ? [] : [{ level, label: `${number(level)} ${words}` }];
  return {
    id,
    axis:
      axis === 'users'
        ? 'active users'
        : axis === 'arrivals'
          ? 'arrivals per second'
          : 'members of one meeting',
    points: sorted.map(({ level, verdict, perSecond, p50Ms, p95Ms, p99Ms, errorRatePercent }) => ({
      level,
      name: levelText(axis, level),
      verdict,
      perSecond,
      p50: p50Ms,
      p95: p95Ms,
      p99: p99Ms,
      errors: errorRatePercent,
    })),
    marks: [...mark(answer?.holds, 'hold'), ...mark(answer?.breaks, 'break')],
  };
}

const curves = [
  ['throughput', 'Throughput', ', successful calls per second'],
  ['latency', 'Latency', ', ms'],
  ['errors', 'Error rate', ', %'],
] as const;

/** Placeholders for throughput, latency and errors against the load. The table of the levels has the same figures. */
export function searchCurveSection(chart: SearchChart | undefined): Html {
  if (chart === undefined) return html``;
  const verdicts = new Set(chart.points.map(({ verdict }) => verdict));
  const shown = (Object.keys(outlines) as (keyof typeof outlines)[]).filter((one) => verdicts.has(one));
  const words = {
    holds: 'holds',
    breaks: 'breaks',
    undecided: 'undecided',
    generator: 'limited by the load generator',
  };
  return html`<div data-search="${chart.id}">
<div class="section-head"><h3 id="${chart.id}-search">By load <small class="beside">one point for each level</small></h3>
<div class="tools control"><button type="button" data-log aria-pressed="false">Logarithmic latency</button></div></div>
<p class="shapes">${shown.map((one) => html`<span><svg class="outline" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">${trusted(outlines[one])}</svg> ${words[one]}</span>`)} <output class="at" data-at></output></p>
<div class="panels">${curves.map(
    ([id, title, unit]) => html`<figure class="card panel" data-curve="${id}">
<figcaption><h4 id="${chart.id}-search-${id}">${title}<span class="unit">${unit}</span></h4><div class="legend"></div></figcaption>
<div class="plot" role="img" aria-labelledby="${chart.id}-search-${id}"></div></figure>`,
  )}</div></div>`;
}
