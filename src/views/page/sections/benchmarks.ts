import { doubtsOf } from '../../../benchmarks/result.ts';
import { ms, number, percent } from '../../../kernel/figures.ts';
import type { BenchmarkSummary } from '../../../results/summary/benchmark.ts';
import type { SummaryPercentile } from '../../../results/summary/schema.ts';
import { failureText } from '../../../timings/failure-causes.ts';
import { type Html, html } from '../html.ts';
import { bullet } from './bullet.ts';
import { state } from './icons.ts';
import { intervalText, percentileOf, withBracket } from './latency.ts';

/** One line per benchmark, with its targets and what it was compared with. */
export function benchmarksSection(benchmarks: readonly BenchmarkSummary[]): Html {
  const remarks = benchmarks.flatMap(remarksOn);
  const compared = [...new Set(benchmarks.map(({ result }) => result.comparedWith).filter(Boolean))];
  return html`<p class="conditions">${conditions(benchmarks)}</p>
<div class="card scroll" tabindex="0" role="group" aria-label="Benchmarks"><table id="benchmarks-table" class="operations" data-sortable>
<thead><tr>${['Benchmark', 'Verdict'].map((title) => html`<th scope="col" class="sortable">${title}</th>`)}${['Calls', 'Errors', 'Average', 'P50', 'P95', '95% CI', 'P99', 'Max'].map((title) => html`<th scope="col" class="n sortable">${title}</th>`)}<th scope="col">Targets</th></tr></thead>
<tbody>${benchmarks.map(row)}</tbody></table></div>
${remarks.length > 0 && html`<ul class="remarks">${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}
${compared.map((text) => html`<p class="conditions">${text}</p>`)}`;
}

function row({ result, verdict, figures }: BenchmarkSummary): Html {
  const latency = figures?.latency;
  const failed = figures === null ? 0 : figures.total - (figures.outcomes.ok ?? 0);
  const cell = (text: string | Html, value: number | null | undefined) =>
    html`<td class="n" data-value="${value ?? ''}">${text}</td>`;
  const facts = Object.entries(result.facts).map(([name, value]) => `${name}: ${value}`);
  return html`<tr><th scope="row"><button type="button" class="link" data-show="${result.operation}">${result.title}</button>${facts.length > 0 && html`<small>${facts.join(', ')}</small>`}</th>
<td>${state(verdict)}</td>
${cell(number(figures?.total ?? 0), figures?.total ?? 0)}
${cell(percent(figures ? (failed / figures.total) * 100 : null), figures ? failed / figures.total : null)}
${cell(latency ? ms(latency.avgMs) : '–', latency?.avgMs)}
${cell(latency ? percentileOf(latency.p50) : '–', figureOf(latency?.p50))}
${cell(latency ? percentileOf(latency.p95) : '–', figureOf(latency?.p95))}
<td class="n">${intervalText(latency?.p95) || '–'}</td>
${cell(latency ? percentileOf(latency.p99) : '–', figureOf(latency?.p99))}
${cell(latency ? ms(latency.maxMs) : '–', latency?.maxMs)}
<td>${result.targets.map(
    ({ target, state: met, value, limit, unit, interval, bracket, note }) =>
      html`<div class="target">${state(met)} <span>${target}${value === null && html` (${note ?? 'no data'})`}${value !== null && met !== 'met' && html`: ${withBracket(value, unit, bracket?.low)}`}</span>${value !== null && bullet({ value, limit, ok: met === 'met', interval, bracket })}</div>`,
  )}</td></tr>`;
}

/** What the figures alone do not say. */
function remarksOn({ result }: BenchmarkSummary): Html[] {
  const { title, operation, timings, regressions, unconfirmed } = result;
  return [
    ...doubtsOf(result).map((text) => html`${title}: ${text}`),
    ...timings.causes.map(({ cause, count }) => html`${failureText({ operation, cause, count })}`),
    ...regressions.map(({ message }) => html`${state('slower')} ${message}`),
    ...unconfirmed.map(({ message }) => html`Not confirmed by a second measurement: ${message}`),
  ];
}

function conditions([first]: readonly BenchmarkSummary[]): string {
  if (!first) return '';
  const { iterations, warmUp, concurrency } = first.result;
  const pace = concurrency === 1 ? 'one at a time' : `${concurrency} at a time`;
  return `${number(iterations)} calls each, ${pace}, after ${number(warmUp)} to warm up.`;
}

function figureOf(percentile: SummaryPercentile | undefined): number | null {
  return percentile && 'valueMs' in percentile ? percentile.valueMs : null;
}
