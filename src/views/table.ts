import { escapeMarkdown } from '../kernel/outside-text.ts';

/** Lines in a fence. They may repeat any text of a service, so they must not close the fence. */
export function fenced(lines: readonly string[]): string[] {
  return ['```', ...lines.map((line) => line.replaceAll('`', "'")), '```'];
}

/** Rows of text as a Markdown table, with the first row as its head; cells are escaped. */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? ' --- |' : ' ---: |')).join('')}`;
  return [line(head), rule, ...rows.map(line)];
}
