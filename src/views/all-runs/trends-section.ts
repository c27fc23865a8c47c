import { commitText, timeText } from '../../history/wording.ts';
import { counted, inUnit } from '../../kernel/figures.ts';
import { toneOf } from '../../look/states.ts';
import { anchor, type Html, html } from '../page/html.ts';
import { state } from '../page/sections/icons.ts';
import { linkedRun } from './rows.ts';
import { trendChart } from './trend-chart.ts';
import type { TrendPoint, TrendRun, TrendSeries } from './trends.ts';

/** The trends of all series. A series of one run has no trend. */
export function trendsSection(all: readonly TrendSeries[]): Html {
  const series = all.filter(({ runs }) => runs.length > 1);
  if (series.length === 0) return html``;
  return html`<section id="trends" aria-labelledby="trends-heading"><h2 id="trends-heading">Trends</h2>
<p class="note">One point for each run, the newest on the right. Lines are broken where settings or the machine changed, because the figures on both sides are not comparable. Runs without valid figures have no point.</p>
${series.map(seriesArticle)}</section>`;
}

function seriesArticle(series: TrendSeries): Html {
  const { kind, name, service, runs, trends } = series;
  const id = anchor('trend', kind, name, service);
  return html`<article class="card series" aria-labelledby="${id}" data-runs="${runs.map(({ runId }) => runId).join('|')}"><h3 id="${id}">${kind} ${name} <small>${service}, ${counted(runs.length, 'run')}</small></h3>
<p class="strip" role="img" aria-label="${verdictsText(runs)}">${runs.map(({ runId, phase }) => html`<span class="${toneOf(phase.verdict)}" title="${runId}: ${phase.verdict}"></span>`)}</p>
${chartsOf(series)}
${changesList(runs)}
<details><summary>Table<span class="unseen"> of ${kind} ${name}</span></summary><div class="scroll" tabindex="0" role="group" aria-label="Table of ${kind} ${name}"><table>
<thead><tr><th scope="col">Run</th><th scope="col">Began</th><th scope="col">Commit</th><th scope="col">Verdict</th>${trends.map((trend) => html`<th scope="col" class="n">${trend.name}</th>`)}</tr></thead>
<tbody>${runs
    .map(
      ({ runId, hasPage, phase }, index) =>
        html`<tr><th scope="row">${linkedRun(runId, hasPage)}</th><td>${timeText(phase.at)}</td><td>${commitText(phase.commit)}</td><td>${state(phase.verdict)}</td>${trends.map(({ unit, points }) => pointCell(points[index]!, unit))}</tr>`,
    )
    .reverse()}</tbody></table></div></details></article>`;
}

/** The figures of the whole load and the targets that a run did not meet; the others, if these are not all, are folded. */
function chartsOf(series: TrendSeries): Html {
  const { trends } = series;
  const decisive = trends.filter((trend) => trend.isOverall || isEverUnmet(trend));
  const shown = decisive.length > 0 ? decisive : trends;
  const folded = trends.filter((trend) => !shown.includes(trend));
  const charts = (some: typeof trends) =>
    some.length > 0 && html`<div class="charts">${some.map((trend) => trendChart(trend, series))}</div>`;
  return html`${charts(shown)}${folded.length > 0 && html`<details><summary>${counted(folded.length, 'target')} that all of these runs met</summary>${charts(folded)}</details>`}`;
}

function isEverUnmet({ points }: TrendSeries['trends'][number]): boolean {
  return points.some((point) => point?.target !== undefined && point.target.state !== 'met');
}

function pointCell(point: TrendPoint | null, unit: string): Html {
  if (point === null) return html`<td class="n">–</td>`;
  const { value, target } = point;
  return html`<td class="n">${inUnit(value, unit)}${target && target.state !== 'met' && html` ${state(target.state)}`}</td>`;
}

function verdictsText(runs: readonly TrendRun[]): string {
  const counts = new Map<string, number>();
  for (const { phase } of runs) counts.set(phase.verdict, (counts.get(phase.verdict) ?? 0) + 1);
  return `Verdicts: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}, last ${runs.at(-1)!.phase.verdict}`;
}

/** The last changes of the conditions, the newest first. */
const SHOWN_CHANGES = 3;

function changesList(runs: readonly TrendRun[]): Html {
  const changes = runs.filter(({ changed }) => changed.length > 0).reverse();
  if (changes.length === 0) return html``;
  const more = changes.length - SHOWN_CHANGES;
  return html`<p class="note">Not comparable with the run before:</p><ul class="note changes">${changes
    .slice(0, SHOWN_CHANGES)
    .map(
      ({ runId, changed }) => html`<li>${runId}: ${changed.join('; ')}</li>`,
    )}${more > 0 && html`<li>and ${counted(more, 'older change')}</li>`}</ul>`;
}
