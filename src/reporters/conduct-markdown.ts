import type { Answered } from '../conduct/answered.ts';
import { answerLines, countLine } from '../conduct/report.ts';
import { escapeMarkdown } from '../kernel/markdown.ts';

/** The questions of a run as Markdown: the counts first, then what was found, then each question. */
export function conductMarkdown(answers: readonly Answered[]): string {
  const findings = answers.flatMap((one) => one.findings);
  return [
    `# Conduct: ${countLine(answers)}`,
    '',
    ...findings.map(({ name, severity, says }) => `- **${severity}** \`${name}\`: ${escapeMarkdown(says)}`),
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
