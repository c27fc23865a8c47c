import { number } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { anchor, type Html, html } from '../html.ts';

/** The failures by operation and cause, with samples of the answers. */
export function failuresSection({ operations, drops, events, run }: Summary): Html {
  const causes = Object.entries(operations).flatMap(([name, { causes }]) =>
    causes.map((cause) => ({ name, ...cause })),
  );
  const others = [
    ...Object.entries(drops).map(([reason, count]) => [`Connections dropped: ${reason}`, count] as const),
    ...(events.twice > 0 ? [['Room events that arrived more than once', events.twice] as const] : []),
    ...(events.unexplained > 0 ? [['Room events that no call explains', events.unexplained] as const] : []),
  ];
  if (causes.length + others.length === 0) return html``;
  const id = anchor('failures', run.crowd);
  return html`<section><div class="section-head"><h3 id="${id}">Failures</h3></div>
${
  causes.length > 0 &&
  html`<div class="card scroll"><table class="failures"><thead><tr><th scope="col">Operation</th><th scope="col">Outcome</th><th scope="col">Cause</th><th scope="col" class="n">Count</th><th scope="col">Samples</th></tr></thead>
<tbody>${causes
    .sort((one, other) => other.count - one.count)
    .map(
      ({ name, outcome, cause, count, samples }) =>
        html`<tr><th scope="row">${name}</th><td>${outcome}</td><td>${cause}</td><td class="n">${number(count)}</td><td class="samples">${samples.map((sample) => html`<code>${sample}</code>`)}</td></tr>`,
    )}</tbody></table></div>`
}
${others.length > 0 && html`<ul>${others.map(([what, count]) => html`<li>${what}: ${number(count)}</li>`)}</ul>`}</section>`;
}
