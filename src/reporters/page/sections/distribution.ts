import type { DistributionChart } from '../chart-data.ts';
import { anchor, type Html, html } from '../html.ts';

/** A place for the distribution of the latencies; the script draws the operation that is chosen. */
export function distributionSection({ id, curves }: DistributionChart): Html {
  const names = Object.keys(curves);
  if (names.length === 0) return html``;
  const heading = anchor(id, 'distribution');
  return html`<section data-distribution="${id}">
<div class="section-head"><h3 id="${heading}">Latency distribution</h3>
<div class="tools control">
<label>Show <select data-operation>${names.map((name) => html`<option value="${name}">${name === '' ? 'all requests' : name}</option>`)}</select></label>
<button type="button" data-log aria-pressed="true">Logarithmic latency</button>
</div></div>
<div class="card panel"><div class="pair">
<figure><figcaption><h4 id="${heading}-curve">By percentile <span class="unit">ms</span></h4><div class="legend"></div><span class="at" data-at></span></figcaption>
<div class="plot tall" data-plot="percentiles" role="img" aria-labelledby="${heading}-curve"></div></figure>
<figure><figcaption><h4 id="${heading}-bins">How many took so long <span class="unit">ms, logarithmic</span></h4></figcaption>
<div class="plot tall" data-plot="histogram" role="img" aria-labelledby="${heading}-bins"></div></figure>
</div>
<details class="alternative control"><summary>Table<span class="unseen"> of the percentiles</span></summary></details></div>
</section>`;
}
