import { reasonText } from '../../history/reason.ts';
import { escapeMarkdown } from '../../kernel/outside-text.ts';
import type { SoakSummary } from '../../results/summary/soak-schema.ts';
import { Footnotes } from '../footnotes.ts';
import { metricRows, roundRows, soakFigures } from '../soak-figures.ts';
import { markdownTable } from '../table.ts';
import { noBracketText, seededText, verdictMarks } from '../wording.ts';

/** A soak as Markdown: for `soak.md`, an issue, or a step summary of CI. */
export function soakMarkdown(summary: SoakSummary): string {
  const { verdict, answer, run, schedule, service, seed, network, reasons, targets, metrics } = summary;
  const notes = new Footnotes();
  const seeded = seededText(service);
  const lines = targets.map((target) => `- ${escapeMarkdown(notes.target(target))}`);
  return [
    `# ${verdictMarks[verdict]} ${escapeMarkdown(run.name)}: ${verdict}`,
    '',
    `**${escapeMarkdown(answer.sentence)}**`,
    '',
    `${escapeMarkdown(schedule)} Run \`${run.id}\`, service ${escapeMarkdown(service.url)}, seed ${seed}.`,
    '',
    ...(seeded === undefined ? [] : [`**${escapeMarkdown(seeded)}**`, '']),
    ...(network === null ? [] : [`Network: ${escapeMarkdown(network)}`, '']),
    ...reasons.map((reason) => `- ${escapeMarkdown(reasonText(reason))}`),
    ...(reasons.length > 0 ? [''] : []),
    '## Metrics of the service',
    '',
    ...(metrics.length === 0 ? ['No metric was judged.'] : markdownTable(metricRows(summary, true))),
    '',
    ...(lines.length > 0 ? ['## Targets', '', ...lines, ''] : []),
    '## Figures',
    '',
    ...markdownTable([['', ''], ...soakFigures(summary)]),
    '',
    '## Rounds',
    '',
    ...markdownTable(roundRows(summary)),
    '',
    ...[...notes.lines, ...noBracketText(summary.settings)].flatMap((note) => [note, '']),
    ...summary.unmeasured.flatMap((note) => [escapeMarkdown(note), '']),
  ].join('\n');
}
