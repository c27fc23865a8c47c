import { number } from '../../../kernel/figures.ts';
import { metricSeries } from '../../../results/summary/soak-series.ts';
import type { MetricVerdict, Round } from '../../../soak/evidence.ts';
import type { SoakReport } from '../../report-part.ts';
import { forecastText, growthText, metricValue, nameText } from '../../soak-figures.ts';
import { type Html, html } from '../html.ts';
import { state } from './icons.ts';
import { sparkline } from './sparkline.ts';

/** The points of a small curve. */
const SPARKS = 48;

/** What the soak found out about each metric: what names the cause first, the flat ones last. */
export function soakMetricsSection(id: string, { summary, evidence }: SoakReport): Html {
  const { metrics, unmeasured } = summary;
  const notes = unmeasured.map((note) => html`<p>${note}</p>`);
  if (metrics.length === 0) return html`<p>No metric was judged.</p>${notes}`;
  const series = metricSeries(evidence.samples, {
    metrics: metrics.map(({ metric }) => metric),
    most: SPARKS,
    keepsMinima: (name) => metrics.find(({ metric }) => metric === name)?.kind === 'memory',
  });
  return html`<div class="section-head"><h3 id="${id}-metrics">Metrics <small class="beside">the cause first, the flat ones last</small></h3>
<label class="filter control">Filter <input type="search" data-filter="${id}-metrics-table" autocomplete="off" spellcheck="false"></label><span class="control" role="status" data-shown="${id}-metrics-table"></span></div>
<div class="card scroll tall" tabindex="0" role="group" aria-label="Table of metrics"><table id="${id}-metrics-table" class="operations soak-metrics" data-sortable>
<thead><tr>${['Metric', 'Verdict'].map((title) => html`<th scope="col" class="sortable">${title}</th>`)}${['Before', 'After', 'Per hour', 'Per 1000 sessions', 'Forecast'].map((title) => html`<th scope="col" class="n sortable">${title}</th>`)}<th scope="col">Over time</th></tr></thead>
<tbody>${metrics.map((metric) => row(metric, curveOf(metric, summary) ?? series.get(metric.metric)?.values ?? []))}</tbody></table></div>${notes}`;
}

/** A latency is a figure of the participants: it has a value for each block. */
function curveOf(
  { kind, metric }: MetricVerdict,
  { blocks }: SoakReport['summary'],
): (number | null)[] | undefined {
  if (kind !== 'latency') return undefined;
  const step = Math.max(1, Math.ceil(blocks.length / SPARKS));
  const shown = blocks.filter((_, index) => index % step === 0);
  return shown.map(({ p50Ms, p95Ms }) => (metric === 'p95' ? p95Ms : p50Ms));
}

function row(metric: MetricVerdict, curve: readonly (number | null)[]): Html {
  const { label, verdict, before, after, perHour, per1000Sessions, reaches, message } = metric;
  const name = nameText(metric);
  return html`<tr><th scope="row">${label}${name !== '' && html`<small>${name}</small>`}</th>
<td>${state(verdict)}${verdict !== 'flat' && html`<small>${message}</small>`}</td>
<td class="n" data-value="${before}">${metricValue(before, metric)}</td>
<td class="n" data-value="${after}">${metricValue(after, metric)}</td>
<td class="n" data-value="${perHour?.value}">${growthText(perHour, metric)}</td>
<td class="n" data-value="${per1000Sessions?.value}">${growthText(per1000Sessions, metric)}</td>
<td class="n" data-value="${reaches?.inHours}">${forecastText(metric)}</td>
<td>${sparkline(curve)}</td></tr>`;
}

/** The columns of the table of rests: with more rounds, evenly chosen ones with the first and the last. */
const MOST_ROUNDS = 16;

/** The counts at the end of each rest. They are exact, so they are judged without statistics. */
export function restSection(id: string, { summary, evidence }: SoakReport): Html {
  const counts = summary.metrics.filter(({ by }) => by === 'rest');
  const rested = evidence.rounds.filter(({ rest }) => rest !== null);
  if (counts.length === 0 || rested.length === 0) return html``;
  const shown = chosen(rested);
  const { before } = evidence.plan;
  const left = rested.length - shown.length;
  const value = (values: Round['rest'], metric: string) => {
    const found = values?.[metric];
    return html`<td class="n">${found === undefined ? '–' : number(found)}</td>`;
  };
  return html`<details class="card"><summary>Counts at rest, after each round${left > 0 && ` (${shown.length} of ${rested.length} rounds)`}</summary>
<div class="scroll" tabindex="0" role="group" aria-label="Counts at rest"><table id="${id}-rest"><thead><tr><th scope="col">Metric</th><th scope="col" class="n">Before</th>${shown.map((round) => html`<th scope="col" class="n">${round.number}</th>`)}</tr></thead>
<tbody>${counts.map(
    ({ metric, label }) =>
      html`<tr><th scope="row">${label}</th>${value(before, metric)}${shown.map(({ rest }) => value(rest, metric))}</tr>`,
  )}</tbody></table></div></details>`;
}

function chosen(rounds: readonly Round[]): Round[] {
  if (rounds.length <= MOST_ROUNDS) return [...rounds];
  const step = (rounds.length - 1) / (MOST_ROUNDS - 1);
  return Array.from({ length: MOST_ROUNDS }, (_, index) => rounds[Math.round(index * step)]!);
}
