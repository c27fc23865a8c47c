import type { Answered } from '../../conduct/answered.ts';
import { answerLines, countLine } from '../../conduct/report.ts';
import { escapeMarkdown } from '../../kernel/outside-text.ts';
import { missingCount } from '../../results/evidence/asked.ts';
import { contextMarkdown, NO_CONTEXT, type PhaseContext } from '../phase-context.ts';

/** The questions of a run as Markdown: the counts first, then what was found, then each question. */
export function conductMarkdown(answers: readonly Answered[], context: PhaseContext = NO_CONTEXT): string {
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
      const shown = `## ${escapeMarkdown(headline!)}`;
      // Samples hold what a service said: within a fence it is text, and no fence ends it.
      return lines.length === 0
        ? [shown, '']
        : [shown, '', '```', ...lines.map((line) => line.replaceAll('`', "'")), '```', ''];
    }),
  ].join('\n');
}
