import type { Colour } from '../../../look/colour.ts';
import { isAction } from '../../../timings/catalogue.ts';
import type { OperationSeries, RecordedSeries } from '../../summary/series-schema.ts';
import type { Line, Panel } from '../chart-data.ts';
import { isCurve } from '../enough.ts';

/** The heading of what the crowd did. */
export const LOAD = 'Load';

/** What participants recorded: how much, how fast, what failed, and how room events reached the others. */
export function recordedPanels({ actions, operations, everyS }: RecordedSeries): Panel[] {
  const each = Object.entries(operations).filter(([name]) => isAction(name));
  const byOperation = (lines: (series: OperationSeries) => readonly Line[]) =>
    Object.fromEntries(each.map(([name, series]) => [name, lines(series)]));
  const requests = (series: OperationSeries) => requestLines(series, everyS);
  const errors = (series: OperationSeries) => errorLines(series, everyS);
  const panels: Panel[] = [
    {
      id: 'requests',
      title: 'Requests',
      family: LOAD,
      unit: '/s',
      kind: 'stack',
      lines: requests(actions),
      operations: byOperation(requests),
    },
    {
      id: 'latency',
      title: 'Latency of successes',
      family: LOAD,
      unit: 'ms',
      kind: 'bands',
      lines: latencyLines(actions),
      operations: byOperation(latencyLines),
    },
    {
      id: 'errors',
      title: 'Errors by kind',
      family: LOAD,
      unit: '/s',
      kind: 'stack',
      lines: errors(actions),
      operations: byOperation(errors),
    },
    ...(operations['event.delivery'] ? [deliveryPanel(operations['event.delivery'])] : []),
    ...pagePanels(operations),
  ];
  return panels.filter(({ lines }) => lines.length > 0);
}

function deliveryPanel(series: OperationSeries): Panel {
  return {
    id: 'delivery',
    title: 'Delivery of room events',
    family: 'Room events',
    unit: 'ms',
    kind: 'bands',
    lines: latencyLines(series),
  };
}

type Shown = readonly (readonly [operation: string, label: string, colour: Colour])[];

/** What pages show, by its median: there are too few of them for more. Few that came are rows of the table alone. */
const pageCharts: readonly { id: string; title: string; shown: Shown }[] = [
  {
    id: 'pages',
    title: 'Median time until',
    shown: [
      ['page.open', 'opened', 'c8'],
      ['page.join', 'joined', 'c1'],
      ['page.hand-visible', 'a hand is visible', 'c3'],
      ['page.reconnect', 'reconnected', 'c4'],
    ],
  },
  {
    id: 'vitals',
    title: 'Web vitals, median',
    shown: [
      ['page.ttfb', 'first byte', 'c5'],
      ['page.lcp', 'largest paint', 'c1'],
      ['page.inp', 'interaction to next paint', 'c6'],
    ],
  },
  {
    id: 'sound',
    title: 'Sound between pages, median',
    shown: [
      ['webrtc.rtt', 'round trip', 'c7'],
      ['webrtc.jitter', 'jitter', 'c4'],
    ],
  },
];

function pagePanels(operations: RecordedSeries['operations']): Panel[] {
  return pageCharts.map(({ id, title, shown }) => ({
    id,
    title,
    family: 'In pages',
    unit: 'ms',
    kind: 'lines',
    isSmall: true,
    lines: shown.flatMap(([name, label, colour]): Line[] => {
      const values = operations[name]?.p50Ms ?? [];
      return isCurve(values) ? [{ label, colour, values }] : [];
    }),
  }));
}

function requestLines({ outcomes }: OperationSeries, everyS: number): Line[] {
  const failed = failures(outcomes).map(([, counts]) => counts);
  const lines: Line[] = [{ label: 'ok', colour: 'ok', values: rates(outcomes.ok, everyS) }];
  if (failed.length > 0) lines.push({ label: 'failed', colour: 'bad', values: rates(added(failed), everyS) });
  const limited = outcomes['rate limited'];
  if (limited) lines.push({ label: 'rate limited', colour: 'limited', values: rates(limited, everyS) });
  return lines;
}

/** Kinds beyond the first six are one. */
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
  const limited = outcomes['rate limited'];
  if (limited) lines.push({ label: 'rate limited', colour: 'limited', values: rates(limited, everyS) });
  return lines;
}

/** Outcomes that count as failed, the rate-limited ones aside, the most frequent first. */
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

/** Percentiles as bands; one that no point has the samples for is left out. */
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
