import { overall } from '../../benchmarks/record.ts';
import { verdictOver } from '../../checks/check.ts';
import type { Answered } from '../../conduct/answered.ts';
import { countLine } from '../../conduct/report.ts';
import { reasonText } from '../../history/reason.ts';
import { type MeasuredBenchmark, measuredBenchmark } from '../../live/live-results.ts';
import type { DistributionChart, TimeGroup } from '../../look/chart-data.ts';
import { toneOf } from '../../look/states.ts';
import { type AskedPhase, missingText, verdictWithout } from '../../results/evidence/asked.ts';
import { verdictOver as verdictOfAnswers } from '../../results/records/conduct.ts';
import { distributionOf } from '../../results/summary/distribution.ts';
import { type ExperimentSummary, summariseExperiment } from '../../results/summary/experiment.ts';
import { contextOf, type PhaseContext } from '../phase-context.ts';
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

/** One part of the page, with the data of its charts. */
export interface Phase {
  readonly id: string;
  readonly title: string;
  readonly verdict: string;
  readonly content: Html;
  readonly groups: readonly TimeGroup[];
  readonly distributions: readonly DistributionChart[];
}

export function phasesOf(data: PageData): Phase[] {
  const { crowds, answers, experiments, benchmarks } = data;
  return [
    ...crowds.map(crowdPhase),
    ...(answers.length > 0 ? [conductPhase(answers, contextOf('conduct', data))] : []),
    ...(experiments.length > 0
      ? [chaosPhase(experiments.map(summariseExperiment), contextOf('chaos', data))]
      : []),
    ...(benchmarks.length > 0
      ? [benchPhase(benchmarks.map(measuredBenchmark), contextOf('bench', data))]
      : []),
  ];
}

function crowdPhase({ summary, evidence: { comparison, exemplars = [] } }: ShownCrowd): Phase {
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
${group.seconds.length > 0 && chartsSection(group)}
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

function conductPhase(answers: readonly Answered[], context: PhaseContext): Phase {
  return phaseOf('conduct', context, {
    id: 'conduct',
    title: 'conduct',
    verdict: verdictOfAnswers(answers.map(({ state }) => state)),
    counts: countLine(answers),
    content: conductSection(answers),
  });
}

function chaosPhase(experiments: readonly ExperimentSummary[], context: PhaseContext): Phase {
  const shown = experiments.map((summary) => ({ summary, group: experimentGroup(summary) }));
  const verdicts = experiments.map(({ journal }) => journal.fullhouse.verdict);
  const count = (verdict: string) => verdicts.filter((one) => one === verdict).length;
  const total = experiments.length + context.missing.names.length;
  const others = ['failed', 'inconclusive', 'not applicable']
    .filter((one) => count(one) > 0)
    .map((one) => `${count(one)} ${one}`);
  return phaseOf('chaos', context, {
    id: 'chaos',
    title: 'chaos experiments',
    verdict: verdictOver(verdicts),
    counts: [`${count('passed')} of ${total} experiments passed`, ...others].join(', '),
    content: experimentsSection(shown),
    groups: shown.flatMap(({ group }) => group ?? []),
  });
}

function benchPhase(benchmarks: readonly MeasuredBenchmark[], context: PhaseContext): Phase {
  const id = 'benchmarks';
  const operations = Object.fromEntries(
    benchmarks.map(({ result, calls }) => [result.operation, distributionOf(calls)]),
  );
  const distribution = distributionChart(id, { operations });
  const passed = benchmarks.filter((one) => one.verdict === 'passed').length;
  const total = Object.keys(operations).length + context.missing.names.length;
  return phaseOf('bench', context, {
    id,
    title: 'benchmarks',
    verdict: overall(benchmarks.map(({ result }) => result)),
    counts: `${passed} of ${total} benchmarks passed`,
    content: html`${benchmarksSection(benchmarks)}${distributionSection(distribution)}`,
    distributions: [distribution],
  });
}

/** A phase other than the load: its verdict, counts and conditions, then its content. */
function phaseOf(
  phase: AskedPhase,
  { warnings, facts, missing }: PhaseContext,
  {
    counts,
    ...shown
  }: Omit<Phase, 'groups' | 'distributions'> & Partial<Phase> & { readonly counts: string },
): Phase {
  const verdict = verdictWithout(shown.verdict, missing);
  const { id, title } = shown;
  const text = [counts, ...warnings, ...facts];
  const banner = verdictBanner({ id, verdict, title, reasons: missingText(phase, missing), text });
  return { groups: [], distributions: [], ...shown, verdict, content: html`${banner}${shown.content}` };
}

/** Links to the parts; empty for a run with one part. */
export function phasesNavigation(phases: readonly Phase[]): Html {
  if (phases.length < 2) return html``;
  return html`<nav aria-label="Parts of the run"><ul class="phases">${phases.map(
    ({ id, title, verdict }) =>
      html`<li><a class="state ${toneOf(verdict)}" href="#${id}">${icon(toneOf(verdict))}${title}: ${verdict}</a></li>`,
  )}</ul></nav>`;
}
