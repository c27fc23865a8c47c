import type { Colour, Line, Panel } from '../../../look/chart-data.ts';
import { isCurve } from '../../../look/chart-data.ts';
import { type PanelShape, panels } from '../../../look/panels.ts';
import type { OperationSeries, RecordedSeries } from '../../../results/summary/series-schema.ts';
import { isAction } from '../../../timings/catalogue.ts';
import { pageMetrics } from '../../../timings/page-metrics.ts';

/** The heading of the charts of the load. */
export const LOAD = 'Load';

/** The charts of the participants: requests, latencies, failures, room events and page metrics. */
export function recordedPanels({ actions, operations, everyS }: RecordedSeries): Panel[] {
  const each = Object.entries(operations).filter(([name]) => isAction(name));
  const panel = (shape: PanelShape, lines: (series: OperationSeries) => readonly Line[]): Panel => ({
    ...shape,
    family: LOAD,
    lines: lines(actions),
    operations: Object.fromEntries(each.map(([name, series]) => [name, lines(series)])),
  });
  const all: Panel[] = [
    panel(panels.requests, (series) => requestLines(series, everyS)),
    panel(panels.latency, latencyLines),
    panel(panels.errors, (series) => errorLines(series, everyS)),
    ...(operations['event.delivery']
      ? [{ ...panels.delivery, family: 'Room events', lines: latencyLines(operations['event.delivery']) }]
      : []),
    ...pagePanels(operations),
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

/** Charts of page metrics, by their median: there are too few samples for higher percentiles. */
const pageCharts = {
  pages: 'Median time until',
  vitals: 'Web vitals, median',
  sound: 'Sound between pages, median',
};

function pagePanels(operations: RecordedSeries['operations']): Panel[] {
  return Object.entries(pageCharts).map(([id, title]) => ({
    id,
    title,
    family: 'In pages',
    unit: 'ms',
    kind: 'lines',
    isSmall: true,
    lines: pageMetrics.flatMap(({ name, chart }): Line[] => {
      const values = operations[name]?.p50Ms ?? [];
      return chart?.in === id && isCurve(values)
        ? [{ label: chart.label, colour: chart.colour, values }]
        : [];
    }),
  }));
}

function requestLines({ outcomes }: OperationSeries, everyS: number): Line[] {
  const failed = failures(outcomes).map(([, counts]) => counts);
  const lines: Line[] = [{ label: 'ok', colour: 'ok', values: rates(outcomes.ok, everyS) }];
  if (failed.length > 0) lines.push({ label: 'failed', colour: 'bad', values: rates(added(failed), everyS) });
  return [...lines, ...limitedLines(outcomes, everyS)];
}

/** All further kinds are one line. */
const MOST_KINDS = 6;
const kinds: readonly Colour[] = ['c2', 'c3', 'c5', 'c6', 'c7', 'c1'];

function errorLines({ outcomes }: OperationSeries, everyS: number): Line[] {
  const failed = failures(outcomes);
  const rest = failed.slice(MOST_KINDS).map(([, counts]) => counts);
  const lines: Line[] = failed.slice(0, MOST_KINDS).map(([outcome, counts], index) => ({
    label: outcome,
    colour: kinds[index]!,
    values: rates(counts, everyS),
  }));
  if (rest.length > 0) lines.push({ label: 'others', colour: 'c8', values: rates(added(rest), everyS) });
  return [...lines, ...limitedLines(outcomes, everyS)];
}

function limitedLines(outcomes: OperationSeries['outcomes'], everyS: number): Line[] {
  const limited = outcomes['rate limited'];
  return limited ? [{ label: 'rate limited', colour: 'limited', values: rates(limited, everyS) }] : [];
}

/** Failed outcomes except rate-limited calls, the most frequent first. */
function failures(outcomes: OperationSeries['outcomes']): [string, readonly number[]][] {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  return Object.entries(outcomes)
    .filter(([outcome]) => !['ok', 'aborted', 'generator limit', 'rate limited'].includes(outcome))
    .sort(([, one], [, other]) => total(other) - total(one));
}

function added(lists: readonly (readonly number[])[]): number[] {
  return lists[0]!.map((_, point) => lists.reduce((sum, list) => sum + list[point]!, 0));
}

function rates(counts: readonly number[] = [], everyS: number): number[] {
  return counts.map((count) => Number((count / everyS).toPrecision(4)));
}

/** Percentiles as bands; a percentile without a value at any point is omitted. */
function latencyLines({ p50Ms, p90Ms, p95Ms, p99Ms, maxMs, earliest }: OperationSeries): Line[] {
  const least = (name: 'p50Ms' | 'p95Ms') => (earliest ? { earliest: earliest[name] } : {});
  const lines: Line[] = [
    { label: 'P50', colour: 'p50', values: p50Ms, ...least('p50Ms') },
    { label: 'P90', colour: 'p90', values: p90Ms },
    { label: 'P95', colour: 'p95', values: p95Ms, ...least('p95Ms') },
    { label: 'P99', colour: 'p99', values: p99Ms },
    { label: 'max', colour: 'faint', values: maxMs, hidden: true },
  ];
  return lines.filter(({ values }) => values.some((value) => value !== null));
}
