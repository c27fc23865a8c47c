import type { Capacity } from '../../capacity/evidence.ts';
import { noBracketText } from '../wording.ts';
import { anchor, html } from './html.ts';
import type { ShownCrowd } from './page-data.ts';
import { crowdGroup } from './panels/crowd.ts';
import type { Phase } from './phase.ts';
import { chartsSection } from './sections/charts.ts';
import { comparisonSection } from './sections/comparison.ts';
import { exemplarsSection } from './sections/exemplars.ts';
import { factsOfLoad, factsSection } from './sections/facts.ts';
import { failuresSection } from './sections/failures.ts';
import { generatorSection } from './sections/generator.ts';
import { levelsSection } from './sections/levels.ts';
import { operationsTable } from './sections/operations.ts';
import { searchChart, searchCurveSection } from './sections/search-curve.ts';
import { SectionList } from './sections/section-list.ts';
import { slowestSection } from './sections/slowest.ts';
import { targetsTable } from './sections/targets.ts';
import { crowdBanner } from './sections/verdict.ts';

/** A capacity search: its answer, its levels and their curves, then the sections of a load over all levels. */
export function capacityPhase({ summary, evidence }: ShownCrowd, capacity: Capacity): Phase {
  const { run, operations, verdict, distributions } = summary;
  const { comparison, exemplars = [] } = evidence;
  const id = anchor('capacity', run.crowd);
  const group = crowdGroup(summary);
  const hasCharts = group.seconds.length > 0;
  const chart = searchChart(id, capacity);
  const sections = new SectionList(id);
  const banner = crowdBanner(id, summary, {
    title: run.crowd,
    warning: 'Partial: the search did not end, or a slice was lost.',
  });
  const notes = [...noBracketText(summary.settings), ...summary.serviceNotes];
  const content = html`${sections.add('verdict', 'Verdict', banner)}
${sections.add('targets', 'Required', targetsTable(summary))}
${sections.add('levels', 'Levels', levelsSection(id, capacity, hasCharts))}
${sections.add('load', 'By load', searchCurveSection(chart))}
${sections.add('charts', 'Over time', hasCharts && chartsSection(group))}
${sections.add('failures', 'Failures', failuresSection(summary))}
${sections.add(
  'operations',
  'Operations',
  html`${operationsTable(id, operations, distributions.operations)}<p>All levels together, also those that broke.</p>${notes.map((note) => html`<p>${note}</p>`)}`,
)}
${sections.add('slowest', 'Slowest calls', slowestSection({ phase: id, operations, runId: run.id, hasCharts }))}
${sections.add('sessions', 'Sessions', exemplarsSection(id, exemplars, run.id))}
<div class="first">${sections.add('generator', 'Generator', generatorSection(summary))}${sections.add('facts', 'Run', factsSection(factsOfLoad(summary)))}</div>
${sections.add('comparison', 'Compared', comparison && comparisonSection(id, comparison))}`;
  const charts = { groups: [group], distributions: [], searches: chart ? [chart] : [] };
  return { id, title: run.crowd, verdict, content, links: sections.links, ...charts };
}
