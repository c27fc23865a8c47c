import { counted, inUnit, number, percent } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { pageMetric } from '../../../timings/page-metrics.ts';
import { anchor, type Html, html } from '../html.ts';
import { state } from './icons.ts';
import { percentileOf } from './latency.ts';

type Browsers = NonNullable<Summary['browsers']>;
type Part = Pick<Browsers['byKind']['protocol'], 'total' | 'failed' | 'latency'>;

/** The results of browser participants beside the results of protocol participants. */
export function browsersSection(of: string, { browsers, totals, latency }: Summary): Html {
  if (browsers === null) return html``;
  const { sessions, traced, crashes, unavailableReason, requested, peak } = browsers;
  const id = anchor('browsers', of);
  const facts =
    unavailableReason !== null
      ? `No browser took part, ${number(requested)} requested: ${unavailableReason}`
      : `${number(peak)} at peak, ${number(requested)} requested, ${number(sessions.completed)} of ${number(sessions.started)} sessions completed, ${number(traced)} traced, ${counted(crashes, 'page')} crashed.`;
  const together = { total: totals.total, failed: totals.failed, latency };
  return html`<div class="section-head"><h3 id="${id}">In browsers</h3></div>
<p class="conditions">${facts}</p>
${unavailableReason === null && html`<div class="pair even"><div class="column">${apartTable(browsers, together)}${operationsApart(browsers)}</div>${experienceTable(browsers)}</div>`}
${notesOn(browsers)}`;
}

/** The requests of each kind of participant, and of both together. */
function apartTable({ byKind }: Browsers, together: Part): Html {
  const row = (name: string, { total, failed, latency }: Part) =>
    html`<tr><th scope="row">${name}</th><td class="n">${number(total)}</td><td class="n">${percent(total === 0 ? null : (failed / total) * 100)}</td>${[latency?.p50, latency?.p95, latency?.p99].map((one) => html`<td class="n">${percentileOf(one)}</td>`)}</tr>`;
  return html`<div class="wide" tabindex="0" role="group" aria-label="Requests by kind of participant"><table class="card"><caption>By kind of participant</caption><thead><tr><th scope="col">Participants</th><th scope="col" class="n">Requests</th><th scope="col" class="n">Error rate</th><th scope="col" class="n">P50</th><th scope="col" class="n">P95</th><th scope="col" class="n">P99</th></tr></thead>
<tbody>${row('protocol', byKind.protocol)}${row('browsers', byKind.browsers)}${row('together', together)}</tbody></table></div>`;
}

/** The operations that both kinds of participants call. */
function operationsApart({ byKind: { protocol, browsers } }: Browsers): Html {
  const shared = Object.entries(browsers.operations).flatMap(([name, inBrowsers]) => {
    const other = protocol.operations[name];
    return other ? [{ name, both: [other, inBrowsers] }] : [];
  });
  if (shared.length === 0) return html``;
  return html`<div class="wide" tabindex="0" role="group" aria-label="The same calls by kind of participant"><table class="card"><caption>The same calls</caption><thead><tr><th scope="col">Operation</th><th scope="col" class="n">Protocol</th><th scope="col" class="n">P50</th><th scope="col" class="n">P95</th><th scope="col" class="n">Browsers</th><th scope="col" class="n">P50</th><th scope="col" class="n">P95</th></tr></thead>
<tbody>${shared.map(
    ({ name, both }) =>
      html`<tr><th scope="row">${name}</th>${both.map(({ total, latency }) => html`<td class="n">${number(total)}</td><td class="n">${percentileOf(latency?.p50)}</td><td class="n">${percentileOf(latency?.p95)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function experienceTable({ experience }: Browsers): Html {
  const entries = Object.entries(experience);
  if (entries.length === 0) return html``;
  return html`<div class="wide" tabindex="0" role="group" aria-label="Page metrics"><table class="card"><caption>Page metrics</caption><thead><tr><th scope="col">Measure</th><th scope="col" class="n">Count</th><th scope="col" class="n">P50</th><th scope="col" class="n">P75</th><th scope="col" class="n">P95</th><th scope="col" class="n">Max</th></tr></thead>
<tbody>${entries.map(([name, { unit, count, p50, p75, p95, max }]) => {
    const { title } = pageMetric(name) ?? {};
    const rating = ratingOf(name, p75);
    return html`<tr><th scope="row">${name}${title !== undefined && html`<small>${title}</small>`}</th><td class="n">${number(count)}</td><td class="n">${shown(p50, unit)}</td><td class="n">${shown(p75, unit)}${rating && html`<small>${state(rating)}</small>`}</td><td class="n">${shown(p95, unit)}</td><td class="n">${shown(max, unit)}</td></tr>`;
  })}</tbody></table></div>`;
}

/** A web vital is judged by its 75th percentile. */
function ratingOf(name: string, p75: number | null): 'good' | 'needs improvement' | 'poor' | undefined {
  const bounds = pageMetric(name)?.bounds;
  if (bounds === undefined || p75 === null) return undefined;
  return p75 <= bounds.good ? 'good' : p75 <= bounds.fair ? 'needs improvement' : 'poor';
}

function notesOn({ problems }: Browsers): Html {
  const notes = problems.map(
    ({ kind, cause, count, samples }) =>
      html`<li>${number(count)} × ${kind}: ${cause}${samples.map((sample) => html` <code>${sample}</code>`)}</li>`,
  );
  return notes.length === 0 ? html`` : html`<ul class="remarks">${notes}</ul>`;
}

/** A dash if a percentile has too few samples. */
function shown(value: number | null, unit: string): string {
  return value === null ? '–' : inUnit(value, unit);
}
