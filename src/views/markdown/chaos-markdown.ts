import { experimentLines } from '../../experiments/report.ts';
import { escapeMarkdown } from '../../kernel/outside-text.ts';
import type { ExperimentEvidence } from '../../results/evidence/read.ts';
import { contextMarkdown, NO_CONTEXT, type PhaseContext } from '../phase-context.ts';

/** The experiments of a run as Markdown: the verdicts first, then each with its facts and checks. */
export function chaosMarkdown(
  experiments: readonly ExperimentEvidence[],
  context: PhaseContext = NO_CONTEXT,
): string {
  const count = (verdict: string) =>
    experiments.filter(({ journal }) => journal.fullhouse.verdict === verdict).length;
  const notApplicable = count('not applicable');
  const others = notApplicable === 0 ? '' : `, ${notApplicable} not applicable`;
  return [
    `# Chaos experiments: ${count('passed')} of ${experiments.length + context.missing.names.length} passed${others}`,
    ...contextMarkdown('chaos', context),
    ...experiments.flatMap(({ journal, timings }) => {
      const [headline, ...lines] = experimentLines(journal, timings ?? { operations: {}, windows: [] });
      // Evidence may hold anything that a service said: within a fence it is text, and no fence ends it.
      return ['', `## ${escapeMarkdown(headline!)}`, '', '```', ...lines.map(withoutFence), '```'];
    }),
    '',
  ].join('\n');
}

function withoutFence(line: string): string {
  return line.replaceAll('`', "'");
}
