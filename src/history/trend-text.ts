import { inUnit } from '../kernel/figures.ts';
import { groupedTable, type MetricRow } from './grouped-table.ts';
import { type Series, type Trend, trendsOf } from './series.ts';
import { sparkline } from './sparkline.ts';
import { changeText, commitText, metricText } from './wording.ts';

const LONGEST_SPARKLINE = 30;

/**
 * The trend of each metric of a series, and what of it changed for good. `wanted`: part of the names to show; without it
 * all that are watched, but error rates of zero.
 */
export function trendLines(series: Series, wanted: string | undefined): string[] {
  const trends = trendsOf(series).filter(({ metric, values }) =>
    wanted === undefined
      ? metric.watched && (metric.unit !== '%' || values.some((value) => value > 0))
      : metric.name.toLowerCase().includes(wanted.toLowerCase()),
  );
  if (trends.length === 0) return ['   No metric to show: no run of this series proves anything about one.'];
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
  const [first, least, most] = [values[0]!, Math.min(...values), Math.max(...values)].map((value) =>
    inUnit(value, unit),
  ) as [string, string, string];
  return { metric, cells: [line, first, metricText(metric), least, most] };
}

/** What changed for good, with the first run after it. */
function changeRows({ metric, records, changes }: Trend): MetricRow[] {
  return changes.map(({ index, before, after, isCertain }) => {
    const { runId, commit } = records[index]!;
    const change = changeText({ ...metric, value: after }, before);
    const cells = [
      `${change}, ${inUnit(before, metric.unit)} → ${inUnit(after, metric.unit)}`,
      `since ${runId} (${commitText(commit)})${isCertain ? '' : ', cannot be told within the brackets ❔'}`,
    ];
    return { metric, cells };
  });
}
