import type { TimeGroup } from '../chart-data.ts';
import { type Html, html } from '../html.ts';

/** Places for the charts of a group, its zoom and its operations; the script fills them. */
export function chartsSection(group: TimeGroup, heading: string): Html {
  const operations = [...new Set(group.panels.flatMap(({ operations = {} }) => Object.keys(operations)))];
  const id = group.id;
  return html`<section class="time" data-group="${id}" aria-labelledby="${id}-heading">
<div class="section-head"><h3 id="${id}-heading">${heading}</h3>
<div class="tools control" role="group" aria-label="Time axis">
${operations.length > 0 && html`<label>Show <select data-operation><option value="">all requests</option>${operations.map((name) => html`<option>${name}</option>`)}</select></label>`}
<button type="button" data-zoom="in">Zoom in</button><button type="button" data-zoom="out">Zoom out</button><button type="button" data-zoom="left" aria-label="Earlier">←</button><button type="button" data-zoom="right" aria-label="Later">→</button><button type="button" data-zoom="reset">Whole run</button>
<label class="moment">Moment <input type="range" data-moment min="0" step="1" value="0"></label>
</div></div>
<noscript><p>The charts need JavaScript; the tables do not.</p></noscript>
${group.panels.map(
  ({ id: panel, title, unit }) => html`<figure class="panel" data-panel="${panel}">
<figcaption><h4 id="${id}-${panel}">${title}${unit && html` <span class="unit">${unit}</span>`}</h4><div class="legend"></div></figcaption>
<div class="plot" role="img" aria-labelledby="${id}-${panel}"></div>
<details class="alternative control"><summary>Table<span class="unseen"> of ${title}</span></summary></details></figure>`,
)}
</section>`;
}
