import { clock } from '../../../kernel/figures.ts';
import type { Panel, TimeGroup } from '../../../look/chart-data.ts';
import { anchor, type Html, html, trusted } from '../html.ts';

/** Placeholders for the charts of a group, its zoom and its operations; the script fills them. */
export function chartsSection(group: TimeGroup): Html {
  const { id, everyS, panels, faults, note } = group;
  const operations = [...new Set(panels.flatMap(({ operations = {} }) => Object.keys(operations)))];
  return html`<div class="time" data-group="${id}">
<div class="section-head"><h3 id="${id}-heading">Over time <small class="beside">${everyS === 1 ? 'one point per second' : `one point for ${everyS} s`}</small></h3>
<div class="tools control" role="group" aria-label="Time axis">
${operations.length > 0 && html`<label>Show <select data-operation><option value="">all requests</option>${operations.map((name) => html`<option>${name}</option>`)}</select></label>`}
<button type="button" data-zoom="in">Zoom in</button><button type="button" data-zoom="out">Zoom out</button><button type="button" data-zoom="left" aria-label="Earlier">←</button><button type="button" data-zoom="right" aria-label="Later">→</button><button type="button" data-zoom="reset">Whole run</button>
<button type="button" data-log aria-pressed="false">Logarithmic latency</button>
<label class="moment">Moment <input type="range" data-moment min="0" step="1" value="0"></label>
</div></div>
<output class="shown-time control" data-shown-time></output>
${faults.length > 0 && html`<p class="faults">${note ?? html`Shaded: ${faults.map(({ name, fromS, toS }, index) => html`${index > 0 && ', '}${name} (${clock(fromS)} to ${clock(toS)})`)}`}</p>`}
<noscript><p>The charts need JavaScript; the tables do not.</p></noscript>
${families(panels).map(({ family, own }, _, all) => {
  const name = all.length > 1 ? anchor(id, 'family', family) : '';
  return html`${name !== '' && html`<h4 class="family" id="${name}">${family}</h4>`}<div class="panels">${own.map((panel) => panelFigure(group, name, panel))}</div>`;
})}
</div>`;
}

/** Panels with one heading, in their order. */
function families(panels: readonly Panel[]): { family: string; own: Panel[] }[] {
  const names = [...new Set(panels.map(({ family }) => family))];
  return names.map((family) => ({ family, own: panels.filter((panel) => panel.family === family) }));
}

function panelFigure(group: TimeGroup, family: string, panel: Panel): Html {
  const { id, title, isSmall = false } = panel;
  const name = `${group.id}-${id}`;
  // A heading of a family is between the title of the section and the titles of its charts.
  const heading = trusted(family === '' ? 'h4' : 'h5');
  return html`<figure class="card panel ${isSmall && 'small'}" data-panel="${id}">
<figcaption><${heading} id="${name}">${title}<span data-of></span><span class="unit">${coveredText(panel, group)}</span></${heading}><div class="legend"></div></figcaption>
<div class="plot" role="img" aria-labelledby="${family} ${name}"></div>
<details class="alternative control"><summary>Table<span class="unseen"> of ${title}</span></summary></details></figure>`;
}

/** The unit of a chart and what one point covers: `, ms, per 5 s`. */
function coveredText({ unit, covers = 'per', seconds }: Panel, { everyS }: TimeGroup): string {
  if (covers === 'for each block') return `${unit && `, ${unit}`}, one point ${covers} of a round`;
  const every = seconds ? (seconds[1] ?? 0) - (seconds[0] ?? 0) : everyS;
  // One reading has no interval, and a rate in windows of one second needs no mean.
  const isPlain = every <= 0 || (covers === 'mean of' && every === 1);
  const window = isPlain ? '' : `, ${covers} ${Number(every.toFixed(1))} s`;
  return `${unit && `, ${unit}`}${window}`;
}
