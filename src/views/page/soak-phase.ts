import { clock } from '../../kernel/figures.ts';
import { failuresOf, failureTexts } from '../../timings/failure-causes.ts';
import type { SoakReport } from '../report-part.ts';
import { roundRows, soakFigures } from '../soak-figures.ts';
import { noBracketText } from '../wording.ts';
import { anchor, type Html, html } from './html.ts';
import { soakGroup } from './panels/soak.ts';
import type { Phase } from './phase.ts';
import { chartsSection } from './sections/charts.ts';
import { factsSection } from './sections/facts.ts';
import { operationsTable } from './sections/operations.ts';
import { SectionList } from './sections/section-list.ts';
import { restSection, soakMetricsSection } from './sections/soak-metrics.ts';
import { targetsTable } from './sections/targets.ts';
import { crowdBanner } from './sections/verdict.ts';

const MOST_CAUSES = 20;

/** A soak: its verdict and its metrics first, then its time, its targets and its rounds. */
export function soakPhase(soak: SoakReport): Phase {
  const { summary } = soak;
  const { run, verdict, operations } = summary;
  const id = anchor('soak', run.name);
  const group = soakGroup(soak);
  const sections = new SectionList(id);
  const banner = crowdBanner(id, summary, {
    title: run.name,
    schedule: summary.schedule,
    warning: 'Partial: not all rounds are complete.',
  });
  const failures = failureTexts(failuresOf(operations), MOST_CAUSES);
  const { commit, ...facts } = run;
  const shownFacts = {
    ...summary,
    runId: facts.id,
    startedAt: facts.startedAt,
    commit,
    duration: `${clock(facts.durationS)} of ${clock(facts.plannedS)} planned`,
  };
  const content = html`${sections.add('verdict', 'Verdict', banner)}
${sections.add('metrics', 'Metrics', html`${soakMetricsSection(id, soak)}${restSection(id, soak)}`)}
${sections.add('charts', 'Over time', group.panels.length > 0 && chartsSection(group))}
${sections.add('targets', 'Targets', targetsTable(summary))}
${sections.add('figures', 'Key figures', figuresList(soak))}
${sections.add('rounds', 'Rounds', roundsTable(soak))}
${sections.add('failures', 'Failures', failures.length > 0 && html`<h3>Failures</h3><ul class="card evidence">${failures.map((text) => html`<li>${text}</li>`)}</ul>`)}
${sections.add(
  'operations',
  'Operations',
  html`${operationsTable(id, operations, {})}${noBracketText(summary.settings).map((note) => html`<p>${note}</p>`)}`,
)}
${sections.add('facts', 'Run', factsSection(shownFacts))}`;
  return { id, title: run.name, verdict, content, links: sections.links, groups: [group], distributions: [] };
}

function figuresList({ summary }: SoakReport): Html {
  return html`<dl class="figures" aria-label="Key figures">${soakFigures(summary).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd class="note">${value}</dd></div>`,
  )}</dl>`;
}

function roundsTable({ summary }: SoakReport): Html {
  const [heading = [], ...rows] = roundRows(summary);
  if (rows.length === 0) return html``;
  const limits = summary.rounds.map(({ generator }) => generator.join('; '));
  const hasLimits = limits.some((text) => text !== '');
  return html`<h3>Rounds</h3><div class="card scroll tall" tabindex="0" role="group" aria-label="Rounds"><table class="rounds">
<thead><tr>${heading.map((title, index) => html`<th scope="col" class="${index > 0 && 'n'}">${title}</th>`)}${hasLimits && html`<th scope="col">Load generator</th>`}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells], index) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="n">${cell}</td>`)}${hasLimits && html`<td>${limits[index]}</td>`}</tr>`,
  )}</tbody></table></div>`;
}
