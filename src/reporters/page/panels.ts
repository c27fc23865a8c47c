import type { Summary } from '../summary/schema.ts';
import type { OperationSeries } from '../summary/series-schema.ts';
import type { Colour, Line, Panel, TimeGroup } from './chart-data.ts';
import { anchor } from './html.ts';

/** The charts of one crowd over its time. */
export function crowdPanels(summary: Summary): TimeGroup {
  const { series, run } = summary;
  const { everyS, points } = series;
  const seconds = Array.from({ length: points }, (_, point) => point * everyS);
  const byOperation = (lines: (series: OperationSeries) => readonly Line[]) =>
    Object.fromEntries(
      Object.keys(actionsOf(summary)).map((name) => [name, lines(series.operations[name]!)]),
    );
  const panels: Panel[] = [
    {
      id: 'users',
      title: 'Users',
      unit: '',
      kind: 'lines',
      lines: [{ label: 'users', colour: 'c1', values: series.users }],
    },
    {
      id: 'requests',
      title: 'Requests',
      unit: '/s',
      kind: 'stack',
      lines: requestLines(series.actions, everyS),
      operations: byOperation((one) => requestLines(one, everyS)),
    },
    {
      id: 'latency',
      title: 'Latency of successes',
      unit: 'ms',
      kind: 'bands',
      lines: latencyLines(series.actions),
      operations: byOperation(latencyLines),
    },
    ...errorPanel(summary, everyS),
    ...deliveryPanel(summary),
  ];
  return {
    id: anchor('crowd', run.crowd),
    seconds,
    endS: Math.max(run.durationS, points * everyS),
    startedAt: run.startedAt,
    faults: [],
    panels,
  };
}

function actionsOf({ operations, series }: Summary): Summary['operations'] {
  return Object.fromEntries(
    Object.entries(operations).filter(([name, { kind }]) => kind === 'action' && series.operations[name]),
  );
}

function requestLines({ outcomes }: OperationSeries, everyS: number): Line[] {
  const rate = (counts: readonly number[] = []) => counts.map((count) => count / everyS);
  const failed = failures(outcomes);
  const lines: Line[] = [{ label: 'ok', colour: 'ok', values: rate(outcomes.ok) }];
  if (failed.length > 0)
    lines.push({ label: 'failed', colour: 'bad', values: rate(added(failed.map(([, counts]) => counts))) });
  if (outcomes['rate limited'])
    lines.push({ label: 'rate limited', colour: 'limited', values: rate(outcomes['rate limited']) });
  return lines;
}

/** Outcomes that count as failed, the rate-limited ones aside, the most frequent first. */
function failures(outcomes: OperationSeries['outcomes']): [string, readonly number[]][] {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  return Object.entries(outcomes)
    .filter(([outcome]) => !['ok', 'aborted', 'rate limited'].includes(outcome))
    .sort(([, one], [, other]) => total(other) - total(one));
}

function added(lists: readonly (readonly number[])[]): number[] {
  return (lists[0] ?? []).map((_, point) => lists.reduce((sum, list) => sum + list[point]!, 0));
}

function latencyLines({ p50Ms, p90Ms, p95Ms, p99Ms, maxMs }: OperationSeries): Line[] {
  const lines: Line[] = [
    { label: 'P50', colour: 'p50', values: p50Ms },
    { label: 'P90', colour: 'p90', values: p90Ms },
    { label: 'P95', colour: 'p95', values: p95Ms },
    { label: 'P99', colour: 'p99', values: p99Ms },
    { label: 'max', colour: 'faint', values: maxMs, hidden: true },
  ];
  return lines.filter(({ values }) => values.some((value) => value !== null));
}

const kinds: readonly Colour[] = ['c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];

function errorPanel({ series }: Summary, everyS: number): Panel[] {
  const lines = (one: OperationSeries): Line[] =>
    [
      ...failures(one.outcomes),
      ...Object.entries(one.outcomes).filter(([name]) => name === 'rate limited'),
    ].map(([outcome, counts], index) => ({
      label: outcome,
      colour: outcome === 'rate limited' ? 'limited' : kinds[index % kinds.length]!,
      values: counts.map((count) => count / everyS),
    }));
  const all = lines(series.actions);
  if (all.length === 0) return [];
  const operations = Object.fromEntries(
    Object.entries(series.operations).map(([name, one]) => [name, lines(one)]),
  );
  return [{ id: 'errors', title: 'Errors by kind', unit: '/s', kind: 'stack', lines: all, operations }];
}

function deliveryPanel({ series }: Summary): Panel[] {
  const delivery = series.operations['event.delivery'];
  if (!delivery) return [];
  return [
    {
      id: 'delivery',
      title: 'Delivery of room events',
      unit: 'ms',
      kind: 'bands',
      lines: latencyLines(delivery),
    },
  ];
}
