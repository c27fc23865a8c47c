import { appendFile, stat } from 'node:fs/promises';
import { escapeMarkdown } from '../kernel/outside-text.ts';
import type { Alert } from './alert.ts';
import { factsOf, fitting, groupsOf, marks, oneLine } from './wording.ts';

/** GitHub refuses a step summary of more than 1 MiB. The difference is left for other writers. */
const MOST_BYTES = 900 * 1024;

const MOST_LINES = 50;

export function alertMarkdown(alert: Alert): string {
  const facts = factsOf(alert).map(([name, value]) => `${name} ${escapeMarkdown(value)}`);
  const groups = groupsOf(alert).flatMap(({ title, lines }) => [
    `### ${title}`,
    '',
    ...fitting(lines.map(escapeMarkdown), { most: MOST_LINES, characters: 50_000 }).map(
      (line) => `- ${line}`,
    ),
    '',
  ]);
  const answer = alert.answer === undefined ? [] : [`**${escapeMarkdown(oneLine(alert.answer))}**`, ''];
  return [
    `## ${marks[alert.status]} ${alert.headline}`,
    '',
    ...answer,
    facts.join(' · '),
    '',
    ...groups,
  ].join('\n');
}

/** Appends Markdown to the step summary, cut at a line break when it is too long. */
export async function appendToStepSummary(path: string, markdown: string): Promise<void> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  await appendFile(path, within(markdown, MOST_BYTES - size));
}

function within(markdown: string, bytes: number): string {
  const text = Buffer.from(`${markdown}\n`);
  if (text.length <= bytes) return text.toString();
  const end = text.lastIndexOf('\n', Math.max(0, bytes - 100));
  if (end <= 0) return '';
  return `${text.subarray(0, end).toString()}\n\nThe summary is longer than GitHub allows. The report has the rest.\n`;
}
