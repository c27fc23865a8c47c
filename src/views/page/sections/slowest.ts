import { clock, ms } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { type Html, html } from '../html.ts';
import { linkTo } from '../link.ts';
import { sectionId } from './section-list.ts';

/** Seconds that a link to a call shows before and after it. */
const AROUND_S = 5;

export interface Slowest {
  /** The phase with the charts that the calls link to. */
  readonly phase: string;
  readonly operations: Summary['operations'];
  readonly runId: string;
  readonly hasCharts: boolean;
}

/** The slowest calls of participants without a browser, by operation; each links to its moment in the charts. */
export function slowestSection(shown: Slowest): Html {
  const operations = Object.entries(shown.operations).filter(([, { slowest }]) => slowest.length > 0);
  if (operations.length === 0) return html``;
  return html`<div class="section-head"><h3>Slowest calls</h3></div>
<p class="conditions">The slowest calls of participants without a browser, with the time at which they ended. ${shown.runId !== '' && html`The ids of users begin with <code>${shown.runId}-</code>.`}</p>
<div class="card scroll tall" tabindex="0" role="group" aria-label="Table of slow calls"><table class="operations slowest">
<thead><tr><th scope="col">Operation</th><th scope="col" class="n">Took</th><th scope="col" class="n">At</th><th scope="col">Outcome</th><th scope="col">User</th><th scope="col">Meeting</th></tr></thead>
${operations.map(([name, { slowest }]) => html`<tbody>${slowest.map((call, index) => row(call, { ...shown, name, rows: index === 0 ? slowest.length : 0 }))}</tbody>`)}</table></div>`;
}

type Call = Summary['operations'][string]['slowest'][number];

function row(
  { ms: took, atS, outcome, userId, meetingId }: Call,
  { phase, runId, hasCharts, name, rows }: Slowest & { readonly name: string; readonly rows: number },
): Html {
  const moment = linkTo({
    section: sectionId(phase, 'charts'),
    operation: name,
    from: Math.max(0, atS - AROUND_S),
    to: atS + AROUND_S,
    at: atS,
  });
  return html`<tr>${rows > 0 && html`<th scope="rowgroup" rowspan="${rows}">${name}</th>`}<td class="n">${ms(took)}</td><td class="n">${hasCharts ? html`<a href="${moment}">${clock(atS)}</a>` : clock(atS)}</td><td>${outcome}</td><td><code>${short(userId, runId)}</code></td><td>${meetingId === undefined ? '–' : html`<code>${short(meetingId, runId)}</code>`}</td></tr>`;
}

/** The names of participants start with the id of the run. */
function short(name: string, runId: string): string {
  return name.startsWith(`${runId}-`) ? name.slice(runId.length + 1) : name;
}
