/** The bracket of a latency: `14.2 ms (−1.3)`. */
const BRACKET = / \(−[\d.]+\)$/;

/**
 * Aligns rows of text in columns: the columns in `left` to the left, all others to the right. If some latencies of a column
 * have brackets, the latencies themselves line up.
 */
export function plainTable(
  rows: readonly (readonly string[])[],
  { left = [0] }: { readonly left?: readonly number[] } = {},
): string[] {
  const columns = (rows[0] ?? []).map((_, column) => {
    const cells = rows.map((row) => row[column] ?? '');
    return left.includes(column) ? padded(cells, 'padEnd') : padded(withRoomForBrackets(cells), 'padStart');
  });
  return rows.map((_, row) =>
    columns
      .map((cells) => cells[row])
      .join('  ')
      .trimEnd(),
  );
}

function padded(cells: readonly string[], pad: 'padStart' | 'padEnd'): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell[pad](width));
}

function withRoomForBrackets(cells: readonly string[]): string[] {
  const brackets = cells.map((cell) => BRACKET.exec(cell)?.[0].length ?? 0);
  const width = Math.max(...brackets);
  return cells.map((cell, row) => cell + ' '.repeat(width - brackets[row]!));
}
