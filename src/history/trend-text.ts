import { inUnit } from '../kernel/figures.ts';
import { groupedTable, type MetricRow } from './grouped-table.ts';
import { type Series, type Trend, trendsOf } from './series.ts';
import { sparkline } from './sparkline.ts';
import { changeText, commitText, metricText } from './wording.ts';

const LONGEST_SPARKLINE = 30;

/**
 * The trend of each metric of a series, and its lasting changes. `wanted`: part of the names to show; by default, all
 * watched metrics except error rates of zero, and those of the whole load.
 */
export function trendLines(series: Series, wanted: string | undefined): string[] {
  const trends = trendsOf(series).filter(({ metric, values }) =>
    wanted === undefined
      ? metric.overall || (metric.watched && (metric.unit !== '%' || values.some((value) => value > 0)))
      : metric.name.toLowerCase().includes(wanted.toLowerCase()),
  );
  if (trends.length === 0) return ['   No metric to show: no valid run of this series has one.'];
  const longest = Math.max(...trends.map(({ values }) => values.length));
  const shown = Math.min(LONGEST_SPARKLINE, longest);
  const head = [
    'metric',
    longest > shown ? `last ${shown} of ${longest}` : 'trend',
    'first',
    'last',
    'least',
    'most',
  ];
  const rows = trends.map((trend) => trendRow(trend, shown));
  const changes = trends.flatMap(changeRows);
  return [
    ...groupedTable(head, rows, [0, 1]),
    ...(changes.length > 0 ? ['', '   changes', ...groupedTable(['', '', ''], changes, [0, 1, 2])] : []),
  ];
}

function trendRow({ metric, values, changes }: Trend, shown: number): MetricRow {
  const { unit } = metric;
  const offset = Math.max(0, values.length - shown);
  const line = sparkline(
    values.slice(offset),
    changes.map(({ index }) => index - offset),
  );
  const [first, least, most] = [values[0]!, Math.min(...values), Math.max(...values)] as const;
  const cells = [line, inUnit(first, unit), metricText(metric), inUnit(least, unit), inUnit(most, unit)];
  return { metric, cells };
}

/** The lasting changes, each with the first run after it. */
function changeRows({ metric, records, changes }: Trend): MetricRow[] {
  return changes.map(({ index, before, after, isCertain }) => {
    const { runId, commit } = records[index]!;
    const change = changeText({ ...metric, value: after }, before);
    const cells = [
      `${change}, ${inUnit(before, metric.unit)} → ${inUnit(after, metric.unit)}`,
      `since ${runId} (${commitText(commit)})${isCertain ? '' : ', inconclusive within the brackets ❔'}`,
    ];
    return { metric, cells };
  });
}
