import type { Exemplar } from '../../../crowd/exemplars.ts';
import { ms } from '../../wording.ts';
import { anchor, type Html, html } from '../html.ts';

/** Where the traces lie, as seen from the page. */
const FOLDER = 'exemplars';

/** Sessions that show what the figures say: of each operation the slowest, and those that failed. */
export function exemplarsSection(of: string, exemplars: readonly Exemplar[]): Html {
  if (exemplars.length === 0) return html``;
  const id = anchor('exemplars', of);
  const slowestFirst = [...exemplars].sort(
    (one, other) =>
      one.operation.localeCompare(other.operation) ||
      (other.ms ?? Number.POSITIVE_INFINITY) - (one.ms ?? Number.POSITIVE_INFINITY),
  );
  return html`<section><div class="section-head"><h3 id="${id}">Slow and failed sessions</h3></div>
<p class="conditions">The files lie beside this page. A trace opens with <code>npx playwright show-trace</code> and its path.</p>
<div class="card scroll" tabindex="0" role="group" aria-label="Table of slow and failed sessions"><table class="operations">
<thead><tr><th scope="col">Operation</th><th scope="col">Outcome</th><th scope="col" class="n">Took</th><th scope="col">Who</th><th scope="col">Trace</th><th scope="col">Screenshot</th></tr></thead>
<tbody>${slowestFirst.map(row)}</tbody></table></div></section>`;
}

function row({ operation, outcome, ms: took, who, trace, screenshot }: Exemplar): Html {
  return html`<tr><th scope="row">${operation}</th><td>${outcome}</td><td class="n">${took === null ? '–' : ms(took)}</td><td><code>${who}</code></td><td>${link(trace)}</td><td>${link(screenshot)}</td></tr>`;
}

function link(path: string | null): Html {
  if (path === null) return html`–`;
  // Only into the folder beside the page.
  if (path.split('/').includes('..')) return html`${path}`;
  const address = [FOLDER, ...path.split('/')].map(encodeURIComponent).join('/');
  return html`<a href="${address}">${path}</a>`;
}
