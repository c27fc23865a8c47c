import type { DistributionChart } from '../../../look/chart-data.ts';
import { byFamily } from '../families.ts';
import { anchor, type Html, html } from '../html.ts';

/** A placeholder for the latency distribution; the script draws the chosen operation. */
export function distributionSection({ id, curves }: DistributionChart): Html {
  if (Object.keys(curves).length === 0) return html``;
  const heading = anchor(id, 'distribution');
  return html`<div data-distribution="${id}">
<div class="section-head"><h3 id="${heading}">Latency distribution</h3>
<div class="tools control">
<label>Show <select data-operation>${options(curves)}</select></label>
<button type="button" data-log aria-pressed="true">Logarithmic latency</button>
</div></div>
<div class="card panel"><div class="pair">
<figure><figcaption><h4 id="${heading}-curve">Latency of successful calls<span data-of></span> by percentile<span class="unit">, ms</span></h4><div class="legend"></div><span class="at" data-at></span></figcaption>
<div class="plot tall" data-plot="percentiles" role="img" aria-labelledby="${heading}-curve"></div></figure>
<figure><figcaption><h4 id="${heading}-bins">Number of successful calls<span data-of></span> by latency<span class="unit">, ms, logarithmic</span></h4></figcaption>
<div class="plot tall" data-plot="histogram" role="img" aria-labelledby="${heading}-bins"></div></figure>
</div>
<details class="alternative control"><summary>Table<span class="unseen"> of the percentiles</span></summary></details></div>
</div>`;
}

function options(curves: DistributionChart['curves']): Html[] {
  const groups = byFamily(curves);
  return groups.map(({ family, entries }) => {
    const own = entries.map(
      ([name]) => html`<option value="${name}">${name === '' ? 'all requests' : name}</option>`,
    );
    return groups.length === 1 ? html`${own}` : html`<optgroup label="${family.title}">${own}</optgroup>`;
  });
}
