import { plainTable } from '../kernel/plain-table.ts';

/**
 * A table whose first column holds the names of metrics. What stands before `: ` in a name, such as an experiment, is
 * a line of its own above all rows that begin with it.
 */
export function groupedTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[],
): string[] {
  const groups = new Map<string, string[][]>();
  for (const [name = '', ...cells] of rows) {
    const [, group = '', own = name] = /^(.+): (.+)$/.exec(name) ?? [];
    groups.set(group, [...(groups.get(group) ?? []), [group === '' ? own : `  ${own}`, ...cells]]);
  }
  const [headLine, ...lines] = plainTable([head, ...[...groups.values()].flat()], { left });
  const grouped = [...groups].flatMap(([group, { length }]) => [
    ...(group === '' ? [] : [group]),
    ...lines.splice(0, length),
  ]);
  return [...(head.every((cell) => cell === '') ? [] : [headLine!]), ...grouped].map((line) => `   ${line}`);
}
