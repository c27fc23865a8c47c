import type { Panel } from '../chart-data.ts';

type Values = (number | null)[];

/** What is drawn of a panel: stacked values stand on those of the lines before them. */
export function drawn(
  { kind }: Pick<Panel, 'kind'>,
  lines: readonly { values: readonly (number | null)[] }[],
): Values[] {
  if (kind !== 'stack') return lines.map(({ values }) => [...values]);
  const heights: number[] = [];
  return lines.map(({ values }) =>
    values.map((value, index) => {
      heights[index] = (heights[index] ?? 0) + (value ?? 0);
      return heights[index]!;
    }),
  );
}
