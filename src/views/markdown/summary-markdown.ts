import type { Capacity } from '../../capacity/evidence.ts';
import { reasonText } from '../../history/reason.ts';
import { escapeMarkdown } from '../../kernel/outside-text.ts';
import type { Summary } from '../../results/summary/schema.ts';
import { Footnotes } from '../footnotes.ts';
import { failureLines, generatorFigure, loadFigures, operationRows } from '../load-figures.ts';
import { levelRows, searchNotes } from '../search-figures.ts';
import { markdownTable } from '../table.ts';
import { noBracketText, seededText, verdictMarks } from '../wording.ts';

/** The summary as Markdown: for `summary.md`, an issue, or a step summary of CI. */
export function markdown(summary: Summary): string {
  const { targets, reasons, settings, serviceNotes, capacity } = summary;
  const notes = new Footnotes();
  const figures = [...loadFigures(summary, notes), generatorFigure(summary)];
  const failed = failureLines(summary);
  return [
    ...heading(summary),
    ...reasons.map((reason) => `- ${escapeMarkdown(reasonText(reason))}`),
    ...(reasons.length > 0 ? [''] : []),
    ...(capacity ? levelsOf(capacity) : []),
    ...(targets.length > 0 || !capacity
      ? ['## Targets', '', ...targets.map((target) => `- ${escapeMarkdown(notes.target(target))}`), '']
      : []),
    capacity ? '## Figures of all levels together' : '## Figures',
    '',
    ...markdownTable([['', ''], ...figures.map(([title, text]) => [title.trim(), text])]),
    '',
    '## Operations',
    '',
    ...markdownTable(operationRows(summary, notes)),
    '',
    ...[...notes.lines, ...noBracketText(settings)].flatMap((note) => [note, '']),
    ...serviceNotes.flatMap((note) => [escapeMarkdown(note), '']),
    ...(failed.length > 0
      ? ['## Failures', '', ...failed.map((line) => `- ${escapeMarkdown(line)}`), '']
      : []),
  ].join('\n');
}

/** The levels of a capacity search, in their order. */
function levelsOf(capacity: Capacity): string[] {
  return [
    '## Levels',
    '',
    ...markdownTable(levelRows(capacity, true)),
    '',
    ...searchNotes(capacity).flatMap((note) => [escapeMarkdown(note), '']),
  ];
}

/** The verdict and the conditions of the crowd. */
function heading({ verdict, answer, run, schedule, service, seed, network }: Summary): string[] {
  const seeded = seededText(service);
  return [
    `# ${verdictMarks[verdict]} ${run.crowd}: ${verdict}`,
    '',
    `**${escapeMarkdown(answer.sentence)}**`,
    '',
    `${schedule} Run \`${run.id}\`, service ${escapeMarkdown(service.url)}, seed ${seed}.`,
    '',
    ...(seeded === undefined ? [] : [`**${escapeMarkdown(seeded)}**`, '']),
    ...(service.offers ? [`The service offers: ${escapeMarkdown(service.offers.join(' · '))}.`, ''] : []),
    ...(network === null ? [] : [`Network: ${escapeMarkdown(network)}`, '']),
  ];
}
