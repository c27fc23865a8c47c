import { addsText, withoutCanaryText } from '../crowd/generator-adds.ts';
import { browserLines } from './browser-lines.ts';
import { failures, operationRows } from './result-block.ts';
import type { Summary } from './summary/schema.ts';
import { escapeCell, markdownTable } from './table.ts';
import {
  bracketNote,
  ms,
  noBracketText,
  number,
  percent,
  percentileText,
  perSecond,
  roomEventsText,
  seconds,
  seededText,
  targetLine,
  verdictMarks,
} from './wording.ts';

/** The summary as Markdown: for `summary.md`, an issue, or a step summary of CI. */
export function markdown(summary: Summary): string {
  const { verdict, run, schedule, reasons, totals, latency, users, targets, selfCheck, service } = summary;
  const rows = [
    ['', ''],
    ['Duration', `${seconds(run.durationS)} (participants arrive for ${seconds(run.scheduleS)})`],
    [
      'Requests',
      `${number(totals.total)}, ${number(totals.failed)} failed (${percent(totals.errorRatePercent)})`,
    ],
    [
      'Latency min, avg, max',
      latency ? `${ms(latency.minMs)}, ${ms(latency.avgMs)}, ${ms(latency.maxMs)}` : 'no data',
    ],
    [
      'P50, P95, P99',
      [latency?.p50, latency?.p95, latency?.p99].map((one) => percentileText(one)).join(', '),
    ],
    [
      'Throughput',
      `${perSecond(totals.perSecond)} overall, ${perSecond(totals.averageOfSeconds)} average of the seconds`,
    ],
    ['Room events', roomEventsText(summary)],
    ['Concurrent users', `${number(users.reached)} reached, ${number(users.asked)} asked`],
    ...browserLines(summary).map(([title, text]) => [title.trim(), text]),
    ['Generator', [addsText(selfCheck.adds), withoutCanaryText(selfCheck.adds)].filter(Boolean).join('; ')],
  ];
  const operations = operationRows(summary);
  const failed = failures(summary);
  return [
    `# ${verdictMarks[verdict]} ${run.crowd}: ${verdict}`,
    '',
    `${schedule} Run \`${run.id}\`, service ${escapeCell(service.url)}, seed ${summary.seed}.`,
    '',
    ...(seededText(service) === undefined ? [] : [`**${escapeCell(seededText(service)!)}**`, '']),
    ...(service.offers ? [`The service offers: ${escapeCell(service.offers.join(' · '))}.`, ''] : []),
    ...(summary.network === null ? [] : [`Network: ${escapeCell(summary.network)}`, '']),
    ...reasons.map((reason) => `- ${escapeCell(reason)}`),
    ...(reasons.length > 0 ? [''] : []),
    '## Targets',
    '',
    ...targets.map((target) => `- ${escapeCell(targetLine(target))}`),
    '',
    '## Figures',
    '',
    ...markdownTable(rows),
    '',
    '## Operations',
    '',
    ...markdownTable(operations),
    '',
    ...bracketNote([...targets.map(targetLine), ...operations.flat(), ...rows.flat()]).flatMap((note) => [
      note,
      '',
    ]),
    ...noBracketText(summary.settings).flatMap((note) => [note, '']),
    ...summary.serviceNotes.flatMap((note) => [escapeCell(note), '']),
    ...(failed.length > 0 ? ['## Failures', '', ...failed.map((line) => `- ${escapeCell(line)}`), ''] : []),
  ].join('\n');
}
