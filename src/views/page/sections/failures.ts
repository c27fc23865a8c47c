import { counted, number } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { type Html, html } from '../html.ts';

/** Causes that are shown at once: the targets above and the figures below stay near. */
const SHOWN = 10;

type Cause = Summary['operations'][string]['causes'][number] & { readonly name: string };

/** The failures by operation and cause, with samples of the answers. */
export function failuresSection({ operations, drops, events }: Summary): Html {
  const causes: Cause[] = Object.entries(operations).flatMap(([name, { causes }]) =>
    causes.map((cause) => ({ name, ...cause })),
  );
  const others = [
    ...Object.entries(drops).map(([reason, count]) => [`Connections dropped: ${reason}`, count] as const),
    ...(events.twice > 0 ? [['Room events that arrived more than once', events.twice] as const] : []),
    ...(events.unexplained > 0 ? [['Room events that no call explains', events.unexplained] as const] : []),
  ];
  if (causes.length + others.length === 0) return html``;
  causes.sort((one, other) => other.count - one.count);
  const more = causes.slice(SHOWN);
  return html`<div class="section-head"><h3>Failures</h3></div>
${causes.length > 0 && table('Failures', causes.slice(0, SHOWN))}
${more.length > 0 && html`<details class="card"><summary>${counted(more.length, 'further cause')}</summary>${table('Further failures', more)}</details>`}
${others.length > 0 && html`<ul>${others.map(([what, count]) => html`<li>${what}: ${number(count)}</li>`)}</ul>`}`;
}

function table(name: string, causes: readonly Cause[]): Html {
  return html`<div class="card scroll" tabindex="0" role="group" aria-label="${name}"><table class="failures"><thead><tr><th scope="col">Operation</th><th scope="col">Outcome</th><th scope="col" class="cause">Cause</th><th scope="col" class="n">Count</th><th scope="col" class="sample">Samples</th></tr></thead>
<tbody>${causes.map(
    ({ name, outcome, cause, count, samples }) =>
      html`<tr><th scope="row">${name}</th><td>${outcome}</td><td class="text">${cause}</td><td class="n">${number(count)}</td><td class="samples">${samples.map((sample) => html`<code>${sample}</code>`)}</td></tr>`,
  )}</tbody></table></div>`;
}
