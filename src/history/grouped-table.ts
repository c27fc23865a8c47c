import { plainTable } from '../kernel/plain-table.ts';
import { type Metric, ownName } from './metrics.ts';

export interface MetricRow {
  readonly metric: Pick<Metric, 'name' | 'part'>;
  /** The cells to the right of the name. */
  readonly cells: readonly string[];
}

/** A table of metrics. Metrics of one experiment stand together, below the name of the experiment. */
export function groupedTable(
  head: readonly string[],
  rows: readonly MetricRow[],
  left: readonly number[],
): string[] {
  const groups = new Map<string | undefined, string[][]>();
  for (const { metric, cells } of rows) {
    const name = metric.part === undefined ? metric.name : `  ${ownName(metric)}`;
    groups.set(metric.part, [...(groups.get(metric.part) ?? []), [name, ...cells]]);
  }
  const [headLine, ...lines] = plainTable([head, ...[...groups.values()].flat()], { left });
  const grouped = [...groups].flatMap(([part, { length }]) => [
    ...(part === undefined ? [] : [part]),
    ...lines.splice(0, length),
  ]);
  return [...(head.every((cell) => cell === '') ? [] : [headLine!]), ...grouped].map((line) => `   ${line}`);
}
