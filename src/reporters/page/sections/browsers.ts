import { number, percent } from '../../../kernel/figures.ts';
import type { Summary } from '../../summary/schema.ts';
import { ms, percentileText } from '../../wording.ts';
import { anchor, type Html, html } from '../html.ts';

type Browsers = NonNullable<Summary['browsers']>;

/** What people in real pages experienced, beside the participants who only speak the protocol. */
export function browsersSection(of: string, browsers: Summary['browsers']): Html {
  if (browsers === null) return html``;
  const { sessions, traced, crashes, without, asked, reached } = browsers;
  const id = anchor('browsers', of);
  const facts =
    without !== null
      ? `Nobody took part with a browser, ${number(asked)} asked: ${without}`
      : `${number(reached)} at a time of ${number(asked)} asked, ${number(sessions.completed)} of ${number(sessions.started)} sessions completed, ${number(traced)} traced, ${number(crashes)} pages crashed.`;
  return html`<section><div class="section-head"><h3 id="${id}">In browsers</h3></div>
<p class="conditions">${facts}</p>
${without === null && html`<div class="pair even">${apartTable(browsers)}${experienceTable(browsers)}</div>`}
${notesOn(browsers)}</section>`;
}

function apartTable({ apart }: Browsers): Html {
  const row = (name: string, { total, failed, latency }: Browsers['apart']['protocol']) =>
    html`<tr><th scope="row">${name}</th><td class="n">${number(total)}</td><td class="n">${percent(total === 0 ? null : (failed / total) * 100)}</td>${[latency?.p50, latency?.p95, latency?.p99].map((one) => html`<td class="n">${percentileText(one)}</td>`)}</tr>`;
  return html`<table class="card"><caption>By kind of participant</caption><thead><tr><th scope="col">Participants</th><th scope="col" class="n">Requests</th><th scope="col" class="n">Error rate</th><th scope="col" class="n">P50</th><th scope="col" class="n">P95</th><th scope="col" class="n">P99</th></tr></thead>
<tbody>${row('protocol', apart.protocol)}${row('browsers', apart.browsers)}</tbody></table>`;
}

function experienceTable({ experience }: Browsers): Html {
  const entries = Object.entries(experience);
  if (entries.length === 0) return html``;
  return html`<table class="card"><caption>What pages measured of themselves</caption><thead><tr><th scope="col">Measure</th><th scope="col" class="n">Count</th><th scope="col" class="n">P50</th><th scope="col" class="n">P75</th><th scope="col" class="n">P95</th><th scope="col" class="n">Max</th></tr></thead>
<tbody>${entries.map(
    ([name, { unit, count, p50, p75, p95, max }]) =>
      html`<tr><th scope="row">${name}</th><td class="n">${number(count)}</td>${[p50, p75, p95, max].map((value) => html`<td class="n">${value === null ? '–' : inUnit(value, unit)}</td>`)}</tr>`,
  )}</tbody></table>`;
}

function notesOn({ troubles, notJudged }: Browsers): Html {
  const notes = [
    ...troubles.map(
      ({ kind, cause, count, samples }) =>
        html`<li>${number(count)} × ${kind}: ${cause}${samples.map((sample) => html` <code>${sample}</code>`)}</li>`,
    ),
    ...notJudged.map(({ target, note }) => html`<li>Not judged: ${target} (${note})</li>`),
  ];
  return notes.length === 0 ? html`` : html`<ul class="remarks">${notes}</ul>`;
}

function inUnit(value: number, unit: string): string {
  if (unit === 'ms') return ms(value);
  return unit === '' ? value.toFixed(3) : `${value.toFixed(1)} ${unit}`;
}
