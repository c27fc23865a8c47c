import { escapeMarkdown as escapeCell } from '../kernel/markdown.ts';
import { plainTable } from '../kernel/plain-table.ts';

export { escapeCell, plainTable };

/** Rows of text as a Markdown table, the first one as its head; cells are escaped. */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? ' --- |' : ' ---: |')).join('')}`;
  return [line(head), rule, ...rows.map(line)];
}
