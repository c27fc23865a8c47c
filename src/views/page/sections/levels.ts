import { levelText } from '../../../capacity/axis.ts';
import type { Capacity, Level } from '../../../capacity/evidence.ts';
import { clock, ms, number, percent, perSecond } from '../../../kernel/figures.ts';
import { atLimitTexts, levelVerdicts, searchNotes, shareText } from '../../search-figures.ts';
import { type Html, html } from '../html.ts';
import { linkTo } from '../link.ts';
import { state } from './icons.ts';
import { sectionId } from './section-list.ts';

/**
 * The levels of a capacity search in their order: how each was judged, and what was at its limit. The columns of the limits
 * say why a level holds.
 */
export function levelsSection(phase: string, capacity: Capacity, hasCharts: boolean): Html {
  const { levels, axis } = capacity;
  const notes = searchNotes(capacity).map((note) => html`<p>${note}</p>`);
  if (levels.length === 0) return html`<p>No level was judged.</p>${notes}`;
  const required = new Map(levels.flatMap((level) => level.limits.map((one) => [one.text, one.required])));
  const limits = [...required.keys()];
  return html`<div class="section-head"><h3>Levels <small class="beside">in the order of the search</small></h3></div>
<div class="card scroll" tabindex="0" role="group" aria-label="Levels of the search"><table class="levels">
<thead><tr><th scope="col">Level</th><th scope="col">Purpose</th><th scope="col">Verdict</th>${[...required].map(([text, part]) => html`<th scope="col" class="n limit">Within ${text}<small>${number(part * 100)}% required</small></th>`)}${['Calls/s', 'P50', 'P95', 'P99', 'Errors'].map((title) => html`<th scope="col" class="n">${title}</th>`)}<th scope="col">At its limit</th></tr></thead>
<tbody>${levels.map((level) => row(level, { phase, axis, limits, hasCharts }))}</tbody></table></div>
${notes}`;
}

interface Shown {
  readonly phase: string;
  readonly axis: Capacity['axis'];
  readonly limits: readonly string[];
  readonly hasCharts: boolean;
}

function row(level: Level, { phase, axis, limits, hasCharts }: Shown): Html {
  const [from, to] = [level.startedAtMs / 1000, level.endedAtMs / 1000];
  const name = levelText(axis, level.level);
  const link = linkTo({ section: sectionId(phase, 'charts'), from, to });
  const time = html`<small>${clock(from)} to ${clock(to)}</small>`;
  const figures = [level.p50Ms, level.p95Ms, level.p99Ms].map((value) => (value === null ? '–' : ms(value)));
  return html`<tr><th scope="row" class="level">${hasCharts ? html`<a href="${link}">${name}</a>` : name}${time}</th>
<td>${level.purpose}</td>
<td>${state(levelVerdicts[level.verdict])}${level.verdict !== 'holds' && html`<small class="message">${level.message}</small>`}</td>
${limits.map((text) => shareCell(level.limits.find((one) => one.text === text)))}
<td class="n">${perSecond(level.perSecond)}<small>${number(level.calls)} calls</small></td>
${figures.map((text) => html`<td class="n">${text}</td>`)}
<td class="n">${level.errorRatePercent === null ? '–' : percent(level.errorRatePercent)}</td>
<td class="at-limit">${atLimitTexts(level).map((text) => html`<div>${text}</div>`)}</td></tr>`;
}

/** The share of the calls within a limit, with its interval. */
function shareCell(limit: Level['limits'][number] | undefined): Html {
  if (limit === undefined) return html`<td class="n share">–</td>`;
  const { share, required } = limit;
  const isBroken = share !== null && share < required;
  return html`<td class="n share ${isBroken && 'bad'}">${shareText(limit)}</td>`;
}
