import { overall } from '../../benchmarks/record.ts';
import { verdictOver } from '../../checks/check.ts';
import type { Answered } from '../../conduct/answered.ts';
import { countLine } from '../../conduct/report.ts';
import { reasonText } from '../../history/reason.ts';
import type { DistributionChart, TimeGroup } from '../../look/chart-data.ts';
import { toneOf } from '../../look/states.ts';
import { missingText, verdictWithout } from '../../results/evidence/asked.ts';
import { verdictOver as verdictOfAnswers } from '../../results/records/conduct.ts';
import type { BenchmarksSummary } from '../../results/summary/benchmark.ts';
import type { ExperimentSummary } from '../../results/summary/experiment.ts';
import { NO_CONTEXT } from '../phase-context.ts';
import { noBracketText, seededText } from '../wording.ts';
import { distributionChart } from './distribution-data.ts';
import { anchor, type Html, html } from './html.ts';
import type { PageData, ShownCrowd } from './page-data.ts';
import { crowdGroup } from './panels/crowd.ts';
import { experimentGroup } from './panels/experiment.ts';
import { benchmarksSection } from './sections/benchmarks.ts';
import { browsersSection } from './sections/browsers.ts';
import { chartsSection } from './sections/charts.ts';
import { comparisonSection } from './sections/comparison.ts';
import { conductSection } from './sections/conduct.ts';
import { distributionSection } from './sections/distribution.ts';
import { exemplarsSection } from './sections/exemplars.ts';
import { experimentsSection } from './sections/experiments.ts';
import { factsSection } from './sections/facts.ts';
import { failuresSection } from './sections/failures.ts';
import { generatorSection } from './sections/generator.ts';
import { icon } from './sections/icons.ts';
import { operationsTable } from './sections/operations.ts';
import { targetsTable } from './sections/targets.ts';
import { keyFigures, verdictBanner } from './sections/verdict.ts';

/** One part of a run, with what its script draws. */
export interface Phase {
  readonly id: string;
  readonly title: string;
  readonly verdict: string;
  readonly content: Html;
  readonly groups: readonly TimeGroup[];
  readonly distributions: readonly DistributionChart[];
}

export function phasesOf({ crowds, answers = [], experiments, benchmarks, contexts }: PageData): Phase[] {
  return [
    ...crowds.map(crowdPhase),
    ...(answers.length > 0 ? [conductPhase(answers, contexts?.conduct)] : []),
    ...(experiments.length > 0 ? [chaosPhase(experiments, contexts?.chaos)] : []),
    ...(benchmarks.benchmarks.length > 0 ? [benchPhase(benchmarks, contexts?.bench)] : []),
  ];
}

function crowdPhase({ summary, comparison, exemplars = [] }: ShownCrowd): Phase {
  const { run, targets, operations, verdict, reasons } = summary;
  const id = anchor('load', run.crowd);
  const group = crowdGroup(summary);
  const distribution = distributionChart(id, summary.distributions);
  const banner = verdictBanner({
    id,
    verdict,
    title: run.crowd,
    reasons: reasons.map(reasonText),
    text: [
      summary.schedule,
      ...(summary.network === null ? [] : [`Network: ${summary.network}`]),
      ...[seededText(summary.service) ?? []].flat(),
    ],
    ...(summary.partial
      ? { warning: 'Partial: the figures cover what was reported, not the whole crowd.' }
      : {}),
  });
  const content = html`${banner}
${keyFigures(summary)}
<div class="first"><div class="column">${targetsTable(targets)}${generatorSection(summary)}</div>${factsSection(summary)}</div>
${group.seconds.length > 0 && chartsSection(group, 'Over time')}
${distributionSection(distribution)}
${operationsTable(id, operations, summary.distributions.operations)}
${noBracketText(summary.settings).map((note) => html`<p>${note}</p>`)}
${summary.serviceNotes.map((note) => html`<p>${note}</p>`)}
${exemplarsSection(id, exemplars, run.id)}
${browsersSection(id, summary)}
${comparison && comparisonSection(id, comparison)}
${failuresSection(summary)}`;
  return { id, title: run.crowd, verdict, content, groups: [group], distributions: [distribution] };
}

function conductPhase(answers: readonly Answered[], { warnings, facts, missing } = NO_CONTEXT): Phase {
  const id = 'conduct';
  const answered = verdictOfAnswers(answers.map(({ state }) => state));
  const verdict = verdictWithout(answered, missing);
  const reasons = missingText('conduct', missing);
  const banner = verdictBanner({
    id,
    verdict,
    title: 'conduct',
    reasons,
    text: [countLine(answers), ...warnings, ...facts],
  });
  const content = html`${banner}${conductSection(answers)}`;
  return { id, title: 'conduct', verdict, content, groups: [], distributions: [] };
}

function chaosPhase(
  experiments: readonly ExperimentSummary[],
  { warnings, facts, missing } = NO_CONTEXT,
): Phase {
  const id = 'chaos';
  const shown = experiments.map((summary) => ({ summary, group: experimentGroup(summary) }));
  const verdicts = experiments.map(({ journal }) => journal.fullhouse.verdict);
  const count = (verdict: string) => verdicts.filter((one) => one === verdict).length;
  const verdict = verdictWithout(verdictOver(verdicts), missing);
  const others = ['failed', 'inconclusive', 'not applicable']
    .filter((one) => count(one) > 0)
    .map((one) => `${count(one)} ${one}`);
  const banner = verdictBanner({
    id,
    verdict,
    title: 'chaos experiments',
    reasons: missingText('chaos', missing),
    text: [
      [
        `${count('passed')} of ${experiments.length + missing.names.length} experiments passed`,
        ...others,
      ].join(', '),
      ...warnings,
      ...facts,
    ],
  });
  const groups = shown.flatMap(({ group }) => group ?? []);
  const content = html`${banner}${experimentsSection(shown)}`;
  return { id, title: 'chaos experiments', verdict, content, groups, distributions: [] };
}

function benchPhase(
  { benchmarks, distributions }: BenchmarksSummary,
  { warnings, facts, missing } = NO_CONTEXT,
): Phase {
  const id = 'benchmarks';
  const verdict = verdictWithout(overall(benchmarks.map(({ result }) => result)), missing);
  const titles = new Map(benchmarks.map(({ result }) => [result.operation, result.title]));
  const distribution = distributionChart(id, { operations: distributions.operations });
  const passed = benchmarks.filter((one) => one.verdict === 'passed').length;
  const banner = verdictBanner({
    id,
    verdict,
    title: 'benchmarks',
    reasons: missingText('bench', missing),
    text: [`${passed} of ${titles.size + missing.names.length} benchmarks passed`, ...warnings, ...facts],
  });
  const content = html`${banner}${benchmarksSection(benchmarks)}${distributionSection(distribution)}`;
  return { id, title: 'benchmarks', verdict, content, groups: [], distributions: [distribution] };
}

/** Links to the parts of a run that has several. */
export function phasesNavigation(phases: readonly Phase[]): Html {
  if (phases.length < 2) return html``;
  return html`<nav aria-label="Parts of the run"><ul class="phases">${phases.map(
    ({ id, title, verdict }) =>
      html`<li><a class="state ${toneOf(verdict)}" href="#${id}">${icon(toneOf(verdict))}${title}: ${verdict}</a></li>`,
  )}</ul></nav>`;
}
