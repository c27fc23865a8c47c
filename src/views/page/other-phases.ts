import { overall } from '../../benchmarks/record.ts';
import { verdictOver } from '../../checks/check.ts';
import type { Answered } from '../../conduct/answered.ts';
import { countLine } from '../../conduct/report.ts';
import type { RunFacts } from '../../history/run-facts.ts';
import type { MeasuredBenchmark } from '../../live/live-results.ts';
import { type AskedPhase, missingText, verdictWithout } from '../../results/evidence/asked.ts';
import { verdictOver as verdictOfAnswers } from '../../results/records/conduct.ts';
import { distributionOf } from '../../results/summary/distribution.ts';
import type { ExperimentSummary } from '../../results/summary/experiment.ts';
import type { PhaseContext } from '../phase-context.ts';
import { noBracketText } from '../wording.ts';
import { distributionChart } from './distribution-data.ts';
import { type Html, html } from './html.ts';
import { experimentGroup } from './panels/experiment.ts';
import type { Phase } from './phase.ts';
import { benchmarksSection } from './sections/benchmarks.ts';
import { conductSection } from './sections/conduct.ts';
import { distributionSection } from './sections/distribution.ts';
import { experimentsSection } from './sections/experiments.ts';
import { factsSection } from './sections/facts.ts';
import { SectionList } from './sections/section-list.ts';
import { verdictBanner } from './sections/verdict.ts';

/** The context of a phase; `runFacts` is undefined for runs of earlier versions. */
interface Context extends PhaseContext {
  readonly runFacts: RunFacts | undefined;
}

/** The content of a phase other than the load. */
interface Shown
  extends Pick<Phase, 'id' | 'title' | 'verdict'>,
    Partial<Pick<Phase, 'groups' | 'distributions'>> {
  readonly counts: string;
  /** The starts of its tests, as ISO times. */
  readonly starts: readonly string[];
  content(sections: SectionList): Html;
}

export function conductPhase(answers: readonly Answered[], context: Context): Phase {
  return phaseOf('conduct', context, {
    id: 'conduct',
    title: 'conduct',
    verdict: verdictOfAnswers(answers.map(({ state }) => state)),
    counts: countLine(answers),
    starts: answers.map(({ startedAt }) => startedAt),
    content: (sections) => sections.add('questions', 'Questions', conductSection(answers)),
  });
}

export function chaosPhase(experiments: readonly ExperimentSummary[], context: Context): Phase {
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
    starts: experiments.map(({ journal }) => journal.start),
    content: (sections) =>
      sections.add('experiments', 'Experiments', experimentsSection(shown, context.runFacts?.runId ?? '')),
    groups: shown.flatMap(({ group }) => group ?? []),
  });
}

export function benchPhase(benchmarks: readonly MeasuredBenchmark[], context: Context): Phase {
  const id = 'benchmarks';
  const operations = Object.fromEntries(
    benchmarks.map(({ result, calls }) => [result.operation, distributionOf(calls)]),
  );
  const distribution = distributionChart(id, { operations });
  const passed = benchmarks.filter((one) => one.verdict === 'passed').length;
  const total = Object.keys(operations).length + context.missing.names.length;
  const notes = context.runFacts ? noBracketText(context.runFacts.settings) : [];
  return phaseOf('bench', context, {
    id,
    title: 'benchmarks',
    verdict: overall(benchmarks.map(({ result }) => result)),
    counts: `${passed} of ${total} benchmarks passed`,
    starts: benchmarks.map(({ result }) => result.startedAt),
    content: (sections) => html`${sections.add(
      'results',
      'Results',
      html`${benchmarksSection(benchmarks)}${notes.map((note) => html`<p>${note}</p>`)}`,
    )}
${sections.add('distribution', 'Distribution', distributionSection(distribution))}`,
    distributions: [distribution],
  });
}

/** Its verdict and counts, then its content and the facts of the run. */
function phaseOf(
  phase: AskedPhase,
  { warnings, missing, answer, runFacts }: Context,
  { counts, starts, content, ...shown }: Shown,
): Phase {
  const verdict = verdictWithout(shown.verdict, missing);
  const { id, title } = shown;
  const text = [counts, ...warnings];
  const banner = verdictBanner({ id, verdict, title, answer, reasons: missingText(phase, missing), text });
  const facts = runFacts && { ...runFacts, startedAt: [...starts].sort()[0] ?? null };
  const sections = new SectionList(id);
  const whole = html`${sections.add('verdict', 'Verdict', banner)}
${content(sections)}
${sections.add('facts', 'Run', facts && factsSection(facts))}`;
  return { groups: [], distributions: [], ...shown, verdict, content: whole, links: sections.links };
}
