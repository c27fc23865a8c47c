import { plainTable } from '../../kernel/plain-table.ts';

/** Narrow terminals, and logs beside each other, have 80 columns. */
const WIDTH = 78;

export const RULE = '─'.repeat(WIDTH);

/** The columns that a text fills: a mark such as ✅ fills two. */
function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/\p{Emoji_Presentation}/u.test(character) ? 2 : 1), 0);
}

/**
 * A line in lines of at most `WIDTH` columns, broken at spaces. The following lines are indented by `hang` columns; by
 * default by two more than the first. A longer word has its own line.
 */
export function fitted(line: string, hang = indentOf(line) + 2): string[] {
  if (columnsOf(line) <= WIDTH) return [line];
  const lines: string[] = [];
  let current = ' '.repeat(indentOf(line));
  let isEmpty = true;
  for (const word of line.trim().split(' ')) {
    const next = isEmpty ? `${current}${word}` : `${current} ${word}`;
    if (!isEmpty && columnsOf(next) > WIDTH) {
      lines.push(current);
      current = `${' '.repeat(hang)}${word}`;
    } else current = next;
    isEmpty = false;
  }
  return [...lines, current.trimEnd()];
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/**
 * A table of at most `WIDTH` columns: it leaves out the columns of `optional`, the first ones first, until it fits.
 * Columns are named by their heading in the first row.
 */
export function fittedTable(
  rows: readonly (readonly string[])[],
  { optional, indent }: { readonly optional: readonly string[]; readonly indent: number },
): string[] {
  const lines = plainTable(rows);
  const [heading = []] = rows;
  const [next, ...others] = optional.filter((name) => heading.includes(name));
  if (next === undefined || lines.every((line) => columnsOf(line) + indent <= WIDTH)) return lines;
  const column = heading.indexOf(next);
  const narrower = rows.map((row) => row.filter((_, index) => index !== column));
  return fittedTable(narrower, { optional: others, indent });
}
