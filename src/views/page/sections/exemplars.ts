import type { Exemplar } from '../../../crowd/exemplars.ts';
import { ms } from '../../../kernel/figures.ts';
import { anchor, type Html, html } from '../html.ts';

/** The folder of the traces, relative to the page. */
const FOLDER = 'exemplars';

/** Sessions with traces or screenshots: failed sessions, and the slowest sessions of each operation. */
export function exemplarsSection(of: string, exemplars: readonly Exemplar[], runId: string): Html {
  if (exemplars.length === 0) return html``;
  const id = anchor('exemplars', of);
  const failed = exemplars.filter((one) => one.ms === null);
  const slow = exemplars.filter((one): one is Slow => one.ms !== null);
  return html`<div class="section-head"><h3 id="${id}">Slow and failed sessions</h3></div>
<p class="conditions">The files are next to this page. Open a trace with <code>npx playwright show-trace reports/runs/${runId}/${FOLDER}/…</code>, or drop it into <code>npx playwright show-trace</code>.</p>
${failed.length > 0 && failedTable(failed)}${slow.length > 0 && slowTable(slow, runId)}`;
}

type Slow = Exemplar & { readonly ms: number };

function failedTable(failed: readonly Exemplar[]): Html {
  return html`<div class="card scroll" tabindex="0" role="group" aria-label="Table of failed sessions"><table class="operations">
<thead><tr><th scope="col">Failed</th><th scope="col">Outcome</th><th scope="col">Who</th><th scope="col">Trace</th><th scope="col">Screenshot</th></tr></thead>
<tbody>${failed.map(
    ({ operation, who, outcome, trace, screenshot }) =>
      html`<tr><th scope="row">${operation}</th><td>${outcome}</td><td><code>${who}</code></td><td>${link(trace)}</td><td>${link(screenshot)}</td></tr>`,
  )}</tbody></table></div>`;
}

/** One row for each operation, its slowest session first; each figure links to its trace. */
function slowTable(slow: readonly Slow[], runId: string): Html {
  const operations = [...new Set(slow.map(({ operation }) => operation))].sort();
  return html`<div class="card scroll below" tabindex="0" role="group" aria-label="Table of slow sessions"><table class="operations exemplars">
<thead><tr><th scope="col">Slowest</th><th scope="col">Traced sessions, the slowest first</th></tr></thead>
<tbody>${operations.map((operation) => {
    const own = slow.filter((one) => one.operation === operation).sort((one, other) => other.ms - one.ms);
    return html`<tr><th scope="row">${operation}</th><td><ul>${own.map((one) => html`<li>${session(one, runId)}</li>`)}</ul></td></tr>`;
  })}</tbody></table></div>`;
}

function session({ ms: took, who, outcome, trace, screenshot }: Slow, runId: string): Html {
  // The name of each participant starts with the ID of the run.
  const short = who.startsWith(`${runId}-`) ? who.slice(runId.length + 1) : who;
  return html`${link(trace, ms(took))} <small class="beside"><code>${short}</code>${outcome !== 'ok' && html` ${outcome}`}</small>${screenshot !== null && html` ${link(screenshot, 'screenshot')}`}`;
}

function link(path: string | null, text = path ?? '–'): Html {
  // A link must stay in the folder next to the page.
  if (path === null || path.split('/').includes('..')) return html`${text}`;
  const address = [FOLDER, ...path.split('/')].map(encodeURIComponent).join('/');
  return html`<a href="${address}">${text}</a>`;
}
