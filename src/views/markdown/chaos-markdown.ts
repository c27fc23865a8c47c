import { experimentLines } from '../../experiments/report.ts';
import { escapeMarkdown } from '../../kernel/outside-text.ts';
import type { ExperimentEvidence } from '../../results/evidence/read.ts';
import { contextMarkdown, type PhaseContext } from '../phase-context.ts';
import { fenced } from '../table.ts';

/** The experiments of a run as Markdown: the counts first, then each experiment with its facts and checks. */
export function chaosMarkdown(experiments: readonly ExperimentEvidence[], context: PhaseContext): string {
  const count = (verdict: string) =>
    experiments.filter(({ journal }) => journal.fullhouse.verdict === verdict).length;
  const notApplicable = count('not applicable');
  const others = notApplicable === 0 ? '' : `, ${notApplicable} not applicable`;
  return [
    `# Chaos experiments: ${count('passed')} of ${experiments.length + context.missing.names.length} passed${others}`,
    ...contextMarkdown('chaos', context),
    ...experiments.flatMap(({ journal, timings }) => {
      const [headline, ...lines] = experimentLines(journal, timings ?? { operations: {}, windows: [] });
      return ['', `## ${escapeMarkdown(headline!)}`, '', ...fenced(lines)];
    }),
    '',
  ].join('\n');
}
