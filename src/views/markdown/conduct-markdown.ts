import type { Answered } from '../../conduct/answered.ts';
import { answerLines, countLine } from '../../conduct/report.ts';
import { escapeMarkdown } from '../../kernel/outside-text.ts';
import { missingCount } from '../../results/evidence/asked.ts';
import { contextMarkdown, type PhaseContext } from '../phase-context.ts';
import { fenced } from '../table.ts';

/** The questions of a run as Markdown: the counts first, then the findings, then each question. */
export function conductMarkdown(answers: readonly Answered[], context: PhaseContext): string {
  const findings = answers.flatMap((one) => one.findings);
  return [
    `# Conduct: ${[countLine(answers), ...missingCount('conduct', context.missing)].join(', ')}`,
    ...contextMarkdown('conduct', context),
    '',
    ...findings.map(
      ({ name, severity, message }) => `- **${severity}** \`${name}\`: ${escapeMarkdown(message)}`,
    ),
    ...(findings.length > 0 ? [''] : []),
    ...answers.flatMap((answered) => {
      const [headline, ...lines] = answerLines(answered);
      return [`## ${escapeMarkdown(headline!)}`, '', ...(lines.length === 0 ? [] : [...fenced(lines), ''])];
    }),
  ].join('\n');
}
