import type { TimeGroup } from '../../../look/chart-data.ts';
import { isCurve } from '../../../look/chart-data.ts';
import { type Html, html } from '../html.ts';

/**
 * A placeholder for latency against load, from the windows of the charts over time; nothing if these have too few
 * latencies.
 */
export function loadCurveSection({ id, everyS, panels }: TimeGroup): Html {
  const latency = panels.find((panel) => panel.id === 'latency');
  if (!latency?.lines.some(({ label, values }) => label === 'P50' && isCurve(values))) return html``;
  const heading = `${id}-load`;
  return html`<div data-load-curve="${id}">
<div class="section-head"><h3 id="${heading}">Latency against load</h3>
<div class="tools control"><label>Load <select data-load><option value="rate">requests per second</option><option value="users">active users</option></select></label>
<button type="button" data-log aria-pressed="false">Logarithmic latency</button></div></div>
<figure class="card panel">
<figcaption><h4>Latency of successful calls<span data-of></span><span class="unit">, ms, one point for each window of ${everyS} s</span></h4><div class="legend"></div><span class="at" data-at></span></figcaption>
<div class="plot tall" role="img" aria-labelledby="${heading}"></div>
<details class="alternative control"><summary>Table<span class="unseen"> of latency against load</span></summary></details></figure></div>`;
}
