import { toneOf } from '../../../look/states.ts';
import { type Html, html } from '../html.ts';
import { icon } from './icons.ts';
import type { SectionLink } from './section-list.ts';

export interface HeadedPhase {
  readonly id: string;
  readonly title: string;
  readonly verdict: string;
  readonly links: readonly SectionLink[];
}

/** The verdict of a run is the first of these that a part has. */
const worstFirst = ['failed', 'interrupted', 'inconclusive', 'not applicable', 'passed'];

/** The header, which stays on the screen: the verdict, the parts of the run, and the sections of the current part. */
export function pageHeader(runId: string, phases: readonly HeadedPhase[]): Html {
  const [first] = phases;
  if (first === undefined) return html``;
  const verdict = worstFirst.find((one) => phases.some((phase) => phase.verdict === one)) ?? first.verdict;
  const tone = toneOf(verdict);
  return html`<header class="top"><div class="top-bar">
<h1><span class="state ${tone}">${icon(tone)}${verdict.toUpperCase()}</span> <span>Performance</span> <span class="run">${runId}</span></h1>
<button type="button" class="menu-button control" aria-expanded="false" aria-controls="page-links">Go to: <span data-current>${first.links[0]?.title}</span></button>
<div class="links" id="page-links">${phasesNavigation(phases)}
<nav class="sections" aria-label="Sections">${phases.map(
    ({ id, links }, index) =>
      html`<ul data-sections-of="${id}" ${index > 0 && 'hidden'}>${links.map((link) => html`<li><a href="#${link.id}">${link.title}</a></li>`)}</ul>`,
  )}</nav></div></div></header>`;
}

/** Links to the parts; nothing for a run with one part. */
function phasesNavigation(phases: readonly HeadedPhase[]): Html {
  if (phases.length < 2) return html``;
  return html`<nav aria-label="Parts of the run"><ul class="phases">${phases.map(
    ({ id, title, verdict }) =>
      html`<li><a class="state ${toneOf(verdict)}" href="#${id}">${icon(toneOf(verdict))}${title}: ${verdict}</a></li>`,
  )}</ul></nav>`;
}
