import { addsText, withoutCanaryText } from '../crowd/generator-adds.ts';
import { counted, ms, number, percent, perSecond, seconds } from '../kernel/figures.ts';
import type { Summary } from '../results/summary/schema.ts';
import { failuresOf, failureTexts } from '../timings/failure-causes.ts';
import { browserFigures } from './browser-figures.ts';
import type { Footnotes } from './footnotes.ts';
import { intervalText, roomEventsText, serverP95Text } from './wording.ts';

/** `summary.json` and the page have all causes. */
const MOST_CAUSES = 12;

const percentiles = ['p50', 'p95', 'p99'] as const;
type Percentile = (typeof percentiles)[number];

export type NamedFigure = readonly [title: string, text: string];

/** The figures of a crowd in words, for the console and for `summary.md`. A part of a figure is indented. */
export function loadFigures(summary: Summary, notes: Footnotes): NamedFigure[] {
  const { run, totals, users, sessions } = summary;
  const skipped = `${counted(sessions.rejected, 'arrival')} skipped (${number(users.requested)}-user limit reached)`;
  const rejected = sessions.rejected > 0 ? `; ${skipped}` : '';
  return [
    ['Duration', `${seconds(run.durationS)} (participants arrive for ${seconds(run.scheduleS)})`],
    ...callFigures(totals),
    ...latencyFigures(summary, notes),
    [
      'Throughput',
      `${perSecond(totals.perSecond)} overall, ${perSecond(totals.averageOfSeconds)} average of the seconds`,
    ],
    ['Concurrent users', `${number(users.peak)} at peak, ${number(users.requested)} requested${rejected}`],
    ['Sessions', sessionText(sessions)],
    ['Room events', roomEventsText(summary)],
    ...browserFigures(summary),
  ];
}

function callFigures(totals: Summary['totals']): NamedFigure[] {
  const { rateLimited, aborted, generatorLimit, drained } = totals;
  const limited = rateLimited > 0 ? ` (${number(rateLimited)} rate limited)` : '';
  const optional: [string, number, string][] = [
    ['Aborted', aborted, '(ended by the harness, not counted)'],
    ['Not made', generatorLimit, '(limit of the load generator, not counted)'],
    ['While draining', drained, 'successful calls, not in the latencies'],
  ];
  return [
    ['Total requests', number(totals.total)],
    ['Successful', number(totals.successful)],
    ['Failed', `${number(totals.failed)}${limited}`],
    ...optional.flatMap(([title, count, text]): NamedFigure[] =>
      count > 0 ? [[title, `${number(count)} ${text}`]] : [],
    ),
    ['Error rate', percent(totals.errorRatePercent)],
  ];
}

function latencyFigures({ latency }: Summary, notes: Footnotes): NamedFigure[] {
  if (!latency) return [['Latency', 'no data']];
  return [
    ['Latency', ''],
    ['  min', ms(latency.minMs)],
    ['  max', ms(latency.maxMs)],
    ['  avg', ms(latency.avgMs)],
    ...percentiles.map((name): NamedFigure => {
      const percentile = latency[name];
      const text = notes.percentile(percentile);
      if ('needed' in percentile) return [`  ${name.toUpperCase()}`, text];
      const sure = `(95% CI ${intervalText(percentile)}, n=${number(percentile.count)})`;
      return [`  ${name.toUpperCase()}`, `${text} ${sure}`];
    }),
  ];
}

function sessionText({ started, completed, gaveUp, cutShort, limited }: Summary['sessions']): string {
  return [
    `${number(started)} started`,
    `${number(completed)} completed`,
    ...Object.entries(gaveUp).map(([step, count]) => `${number(count)} gave up at ${step}`),
    ...(cutShort > 0 ? [`${number(cutShort)} cut short`] : []),
    ...(limited > 0 ? [`${number(limited)} ended by a limit of the load generator`] : []),
  ].join(', ');
}

/** What the load generator adds to latencies, and why this is not known exactly. */
export function generatorFigure({ selfCheck }: Summary): NamedFigure {
  const text = [addsText(selfCheck.adds), withoutCanaryText(selfCheck.adds)].filter(Boolean).join('; ');
  return ['Load generator', text];
}

/**
 * One row per operation: the client's figures, and the service's figures of the same calls. `brackets`: the percentiles
 * that are shown with their brackets.
 */
export function operationRows(
  { operations }: Summary,
  notes: Footnotes,
  brackets: readonly Percentile[] = percentiles,
): string[][] {
  const times = ['avg', 'P50', 'P95', 'P99', 'max', 'service avg', 'service P95'];
  const rows = Object.entries(operations).map(([name, { total, outcomes, latency, server }]) => [
    name,
    number(total),
    number(total - (outcomes.ok ?? 0)),
    latency ? ms(latency.avgMs) : '–',
    ...percentiles.map((one) => (latency ? notes.percentile(latency[one], brackets.includes(one)) : '–')),
    latency ? ms(latency.maxMs) : '–',
    server ? ms(server.avgMs) : '–',
    serverP95Text(server),
  ]);
  return [['operation', 'count', 'failed', ...times], ...rows];
}

/** The failures and their causes. */
export function failureLines({ operations, drops, events }: Summary): string[] {
  return [
    ...failureTexts(failuresOf(operations), MOST_CAUSES),
    ...Object.entries(drops).map(([reason, count]) => `connections dropped: ${number(count)} × ${reason}`),
    ...(events.unexplained > 0 ? [`room events that no call explains: ${number(events.unexplained)}`] : []),
  ];
}
