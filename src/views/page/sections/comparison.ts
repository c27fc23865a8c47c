import type { ComparisonEvidence } from '../../../results/evidence/comparison.ts';
import { anchor, type Html, html } from '../html.ts';
import { state } from './icons.ts';
import { withBracket } from './latency.ts';
import { sparkline } from './sparkline.ts';

type Metric = ComparisonEvidence['metrics'][number];

/** The run beside its baseline and earlier runs: regressions first, then every metric. */
export function comparisonSection(of: string, comparison: ComparisonEvidence): Html {
  const { metrics, baseline, earlier, regressions, notCompared } = comparison;
  // If nothing was compared, `with` already is the reason.
  const open = notCompared === null || notCompared === comparison.with ? [] : [notCompared];
  const id = anchor('comparison', of);
  const summary =
    earlier.length === 0
      ? 'No earlier run is comparable.'
      : `${earlier.length} earlier ${earlier.length === 1 ? 'run' : 'runs'} with the same settings on the same machine, since ${earlier[0]!.at.slice(0, 10)}.`;
  return html`<div class="section-head"><h3 id="${id}">Compared</h3>
<label class="filter control">Filter <input type="search" data-filter="${id}-table" autocomplete="off" spellcheck="false"></label><span class="control" role="status" data-shown="${id}-table"></span></div>
<p class="conditions">${comparison.with} ${summary}</p>
${
  regressions.length + open.length > 0 &&
  html`<ul class="reasons">${regressions.map(({ message }) => html`<li>${state('slower')} ${message}</li>`)}${open.map((text) => html`<li>${state('inconclusive')} ${text}</li>`)}</ul>`
}
${
  (baseline !== null || earlier.length > 0) &&
  html`<div class="card scroll tall" tabindex="0" role="group" aria-label="Table of metrics, compared"><table id="${id}-table" class="operations" data-sortable>
<thead><tr><th scope="col" class="sortable">Metric</th>${['This run', 'Baseline', 'Change', 'Run before', 'Change'].map((title) => html`<th scope="col" class="n sortable">${title}</th>`)}<th scope="col">Last ${earlier.length} and this one</th></tr></thead>
<tbody>${metrics.map((metric) => row(metric, comparison))}</tbody></table></div>`
}`;
}

function row(metric: Metric, { regressions }: ComparisonEvidence): Html {
  const { name, unit, value, baseline, earlier } = metric;
  const before = earlier.at(-1) ?? null;
  const isWorse = regressions.some((one) => one.metric === name);
  const cell = (figure: number | null, earliest?: number) =>
    html`<td class="n" data-value="${figure}">${figure === null ? '–' : withBracket(figure, unit, earliest)}</td>`;
  return html`<tr><th scope="row">${name}${isWorse && html` ${state('slower')}`}</th>
${cell(value, metric.earliest)}${cell(baseline, metric.baselineEarliest)}${change(metric, baseline)}${cell(before)}${change(metric, before)}
<td>${sparkline([...earlier, value])}</td></tr>`;
}

/** The change in percent; in points for a percentage, and in its unit for a change from zero. */
function change({ value, unit }: Metric, before: number | null): Html {
  if (before === null) return html`<td class="n" data-value="">–</td>`;
  if (unit === '%' || before === 0) {
    const points = value - before;
    return html`<td class="n" data-value="${points}">${signed(points)} ${unit === '%' ? 'points' : unit}</td>`;
  }
  const percent = (value / before - 1) * 100;
  return html`<td class="n" data-value="${percent}">${signed(percent)}%</td>`;
}

function signed(value: number): string {
  const text = value.toFixed(Math.abs(value) < 10 ? 1 : 0);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}
