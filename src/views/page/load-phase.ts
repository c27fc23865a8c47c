import { noBracketText } from '../wording.ts';
import { distributionChart } from './distribution-data.ts';
import { anchor, html } from './html.ts';
import type { ShownCrowd } from './page-data.ts';
import { crowdGroup } from './panels/crowd.ts';
import type { Phase } from './phase.ts';
import { browsersSection } from './sections/browsers.ts';
import { chartsSection } from './sections/charts.ts';
import { comparisonSection } from './sections/comparison.ts';
import { distributionSection } from './sections/distribution.ts';
import { exemplarsSection } from './sections/exemplars.ts';
import { factsOfLoad, factsSection } from './sections/facts.ts';
import { failuresSection } from './sections/failures.ts';
import { generatorSection } from './sections/generator.ts';
import { loadCurveSection } from './sections/load-curve.ts';
import { operationsTable } from './sections/operations.ts';
import { SectionList } from './sections/section-list.ts';
import { slowestSection } from './sections/slowest.ts';
import { targetsTable } from './sections/targets.ts';
import { crowdBanner, keyFigures } from './sections/verdict.ts';

/** One load test: its verdict and the causes first, then its figures, charts and tables. */
export function loadPhase({ summary, evidence: { comparison, exemplars = [] } }: ShownCrowd): Phase {
  const { run, operations, verdict, distributions } = summary;
  const id = anchor('load', run.crowd);
  const group = crowdGroup(summary);
  const hasCharts = group.seconds.length > 0;
  const distribution = distributionChart(id, distributions);
  const sections = new SectionList(id);
  const banner = crowdBanner(id, summary, {
    title: run.crowd,
    schedule: summary.schedule,
    warning: 'Partial: the figures cover what was reported, not the whole crowd.',
  });
  const notes = [...noBracketText(summary.settings), ...summary.serviceNotes];
  const content = html`${sections.add('verdict', 'Verdict', banner)}
${sections.add('targets', 'Targets', targetsTable(summary))}
${sections.add('failures', 'Failures', failuresSection(summary))}
${sections.add('figures', 'Key figures', keyFigures(summary))}
<div class="first">${sections.add('generator', 'Generator', generatorSection(summary))}${sections.add('facts', 'Run', factsSection(factsOfLoad(summary)))}</div>
${sections.add('charts', 'Over time', hasCharts && chartsSection(group))}
${sections.add('load', 'By load', loadCurveSection(group))}
${sections.add('distribution', 'Distribution', distributionSection(distribution))}
${sections.add(
  'operations',
  'Operations',
  html`${operationsTable(id, operations, distributions.operations)}${notes.map((note) => html`<p>${note}</p>`)}`,
)}
${sections.add('slowest', 'Slowest calls', slowestSection({ phase: id, operations, runId: run.id, hasCharts }))}
${sections.add('sessions', 'Sessions', exemplarsSection(id, exemplars, run.id))}
${sections.add('browsers', 'Browsers', browsersSection(id, summary))}
${sections.add('comparison', 'Compared', comparison && comparisonSection(id, comparison))}`;
  const charts = { groups: [group], distributions: [distribution] };
  return { id, title: run.crowd, verdict, content, links: sections.links, ...charts };
}
