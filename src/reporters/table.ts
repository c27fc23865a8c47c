import { escapeMarkdown as escapeCell } from '../kernel/markdown.ts';

export { escapeCell };

/** Rows of text as columns of equal width; every column but the first is aligned to the right. */
export function plainTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** The same rows as a Markdown table, the first one as its head; cells are escaped. */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? ' --- |' : ' ---: |')).join('')}`;
  return [line(head), rule, ...rows.map(line)];
}
