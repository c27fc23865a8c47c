import { doubtsOf } from '../../../benchmarks/result.ts';
import { ms, number, percent } from '../../../kernel/figures.ts';
import type { MeasuredBenchmark } from '../../../live/live-results.ts';
import { summariseLatency } from '../../../results/summary/latency.ts';
import { failureText } from '../../../timings/failure-causes.ts';
import { conditions } from '../../console/bench-block.ts';
import { type Html, html } from '../html.ts';
import { bullet } from './bullet.ts';
import { state } from './icons.ts';
import { intervalText, msOf, percentileOf, withBracket } from './latency.ts';

/** One row per benchmark with its targets, then remarks and the comparisons. */
export function benchmarksSection(benchmarks: readonly MeasuredBenchmark[]): Html {
  const remarks = benchmarks.flatMap(remarksOn);
  const compared = [...new Set(benchmarks.map(({ result }) => result.comparedWith).filter(Boolean))];
  return html`<p class="conditions">${conditions(benchmarks.map(({ result }) => result))}</p>
<div class="card scroll" tabindex="0" role="group" aria-label="Benchmarks"><table id="benchmarks-table" class="operations" data-sortable>
<thead><tr>${['Benchmark', 'Verdict'].map((title) => html`<th scope="col" class="sortable">${title}</th>`)}${['Calls', 'Errors', 'Average', 'P50', 'P95', '95% CI', 'P99', 'Max'].map((title) => html`<th scope="col" class="n sortable">${title}</th>`)}<th scope="col">Targets</th></tr></thead>
<tbody>${benchmarks.map(row)}</tbody></table></div>
${remarks.length > 0 && html`<ul class="remarks">${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}
${compared.map((text) => html`<p class="conditions">${text}</p>`)}`;
}

function row({ result, verdict, calls }: MeasuredBenchmark): Html {
  const { total, successful } = calls;
  const latency = summariseLatency(calls.ok, calls.earliest);
  const errorRate = total === 0 ? null : (total - successful) / total;
  const cell = (text: string | Html, value: number | null | undefined) =>
    html`<td class="n" data-value="${value ?? ''}">${text}</td>`;
  const facts = Object.entries(result.facts).map(([name, value]) => `${name}: ${value}`);
  return html`<tr><th scope="row"><button type="button" class="link" data-show="${result.operation}">${result.title}</button>${facts.length > 0 && html`<small>${facts.join(', ')}</small>`}</th>
<td>${state(verdict)}</td>
${cell(number(total), total)}
${cell(percent(errorRate === null ? null : errorRate * 100), errorRate)}
${cell(latency ? ms(latency.avgMs) : '–', latency?.avgMs)}
${cell(latency ? percentileOf(latency.p50) : '–', msOf(latency?.p50))}
${cell(latency ? percentileOf(latency.p95) : '–', msOf(latency?.p95))}
<td class="n">${intervalText(latency?.p95) || '–'}</td>
${cell(latency ? percentileOf(latency.p99) : '–', msOf(latency?.p99))}
${cell(latency ? ms(latency.maxMs) : '–', latency?.maxMs)}
<td>${result.targets.map(
    ({ target, state: met, value, limit, unit, interval, bracket, note }) =>
      html`<div class="target">${state(met)} <span>${target}${value === null && html` (${note ?? 'no data'})`}${value !== null && met !== 'met' && html`: ${withBracket(value, unit, bracket?.low)}`}</span>${value !== null && bullet({ value, limit, ok: met === 'met', interval, bracket })}</div>`,
  )}</td></tr>`;
}

/** Doubts, failures and regressions. */
function remarksOn({ result }: MeasuredBenchmark): Html[] {
  const { title, operation, timings, regressions, unconfirmed } = result;
  return [
    ...doubtsOf(result).map((text) => html`${title}: ${text}`),
    ...timings.causes.map(({ cause, count }) => html`${failureText({ operation, cause, count })}`),
    ...regressions.map(({ message }) => html`${state('slower')} ${message}`),
    ...unconfirmed.map(({ message }) => html`Not confirmed by a second measurement: ${message}`),
  ];
}
