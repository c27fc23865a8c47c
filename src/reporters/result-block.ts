import { addsText, withoutCanaryText } from '../crowd/generator-adds.ts';
import { failuresOf, failureTexts } from '../timings/failure-causes.ts';
import { browserLines } from './browser-lines.ts';
import type { Summary, SummaryPercentile } from './summary/schema.ts';
import { inWords } from './summary/verdict.ts';
import { plainTable } from './table.ts';
import {
  bracketNote,
  counted,
  ms,
  noBracketText,
  number,
  percent,
  percentileText,
  perSecond,
  roomEventsText,
  seconds,
  seededText,
  serverP95Text,
  targetLine,
  verdictMarks,
  wrapped,
} from './wording.ts';

/** More are in `summary.json` and on the page. */
const MOST_CAUSES = 12;

const WIDTH = 78;
const RULE = '─'.repeat(WIDTH);

const percentiles = ['p50', 'p95', 'p99'] as const;
type Percentile = (typeof percentiles)[number];

/**
 * The result of a load run for the console, line by line. `notComplete`: a sentence where something else than the crowd
 * makes the run end with exit code 1.
 */
export function resultBlock(summary: Summary, { notComplete }: { notComplete?: string } = {}): string[] {
  const lines = [RULE, `LOAD TEST RESULTS   ${summary.run.crowd}   ${summary.schedule}`, RULE];
  if (summary.network !== null) lines.push(`Network   ${summary.network}`, '');
  const seeded = seededText(summary.service);
  if (seeded !== undefined) lines.push(seeded, '');
  // Nothing was loaded: the reason is all there is to say.
  if (summary.run.startedAt === null) return [...lines, ...verdictLines(summary, notComplete)];
  if (summary.partial) lines.push('PARTIAL: these figures cover what was reported, not the whole crowd.', '');
  lines.push(
    ...figures(summary),
    '',
    'Targets',
    ...summary.targets.map((target) => `  ${targetLine(target)}`),
  );
  lines.push('', ...operationTable(summary).map((line) => `  ${line}`));
  lines.push(...bracketNote(lines).map((note) => `  ${note}`));
  const unknown = noBracketText(summary.settings).flatMap((text) => wrapped(text, WIDTH - 2));
  lines.push(...unknown.map((line) => `  ${line}`));
  lines.push(...summary.serviceNotes.map((note) => `  ${note}`));
  const failed = failures(summary);
  if (failed.length > 0) lines.push('', 'Failures', ...failed.map((line) => `  ${line}`));
  lines.push(...generator(summary), '', RULE, ...verdictLines(summary, notComplete));
  lines.push(...NOT_TESTED.map((line) => `  ${line}`));
  return lines;
}

function verdictLines({ verdict, reasons }: Summary, notComplete: string | undefined): string[] {
  // The exit code is 1, so "passed" alone would contradict it.
  if (verdict === 'passed' && notComplete !== undefined)
    return [
      `${verdictMarks.failed} NOT COMPLETE`,
      `  Every target was met, and the figures above are whole. ${notComplete}`,
    ];
  return [`${verdictMarks[verdict]} ${verdict.toUpperCase()}`, ...reasons.map((reason) => `  ${reason}`)];
}

function figures(summary: Summary): string[] {
  const { run, totals, latency, users, sessions } = summary;
  const turnedAway =
    sessions.turnedAway > 0 ? `, ${counted(sessions.turnedAway, 'arrival')} found the crowd full` : '';
  return [
    ['Duration', `${seconds(run.durationS)} (participants arrive for ${seconds(run.scheduleS)})`],
    ['Total requests', number(totals.total)],
    ['Successful', number(totals.successful)],
    [
      'Failed',
      `${number(totals.failed)}${totals.rateLimited > 0 ? ` (${number(totals.rateLimited)} rate limited)` : ''}`,
    ],
    ...(totals.aborted > 0
      ? [['Aborted', `${number(totals.aborted)} (ended by the harness, not counted)`]]
      : []),
    ...(totals.generatorLimit > 0
      ? [['Not made', `${number(totals.generatorLimit)} (a limit of the load generator, not counted)`]]
      : []),
    ...(totals.drained > 0
      ? [['In the drain', `${number(totals.drained)} successful calls, not in the latencies`]]
      : []),
    ['Error rate', percent(totals.errorRatePercent)],
    ['Latency', ''],
    ['  min', latency ? ms(latency.minMs) : 'no data'],
    ['  max', latency ? ms(latency.maxMs) : 'no data'],
    ['  avg', latency ? ms(latency.avgMs) : 'no data'],
    ...percentiles.map((name) => [`  ${name.toUpperCase()}`, withSamples(latency?.[name])]),
    [
      'Throughput',
      `${perSecond(totals.perSecond)} overall, ${perSecond(totals.averageOfSeconds)} average of the seconds`,
    ],
    ['Concurrent users', `${number(users.reached)} reached, ${number(users.asked)} asked${turnedAway}`],
    ['Sessions', sessionText(sessions)],
    ['Room events', roomEventsText(summary)],
    ...browserLines(summary),
  ].map(([name, value]) => `${name!.padEnd(18)}${value}`.trimEnd());
}

/** Each percentile with its count, and with the interval in which its true value lies. */
function withSamples(percentile: SummaryPercentile | undefined): string {
  if (percentile === undefined) return 'no data';
  if ('needed' in percentile)
    return `too few samples: ${number(percentile.count)}, needs ${percentile.needed}`;
  const { lowMs, highMs, count } = percentile;
  const interval = `${ms(lowMs)} to ${highMs === null ? '?' : ms(highMs)}`;
  return `${percentileText(percentile).padEnd(16)} of ${number(count)} (95 % sure: ${interval})`;
}

function sessionText({ started, completed, gaveUp, cutShort, limited }: Summary['sessions']): string {
  const steps = Object.entries(gaveUp).map(([step, count]) => `${number(count)} gave up at ${step}`);
  const cut = cutShort > 0 ? [`${number(cutShort)} cut short`] : [];
  const ours = limited > 0 ? [`${number(limited)} ended by a limit of the load generator`] : [];
  return [`${number(started)} started`, `${number(completed)} completed`, ...steps, ...cut, ...ours].join(
    ', ',
  );
}

/**
 * One row per operation, what the client saw beside what the service measured of the same calls. `brackets`:
 * the percentiles whose brackets are shown.
 */
export function operationRows(summary: Summary, brackets: readonly Percentile[] = percentiles): string[][] {
  const head = [
    'operation',
    'count',
    'failed',
    'avg',
    'P50',
    'P95',
    'P99',
    'max',
    'service avg',
    'service P95',
  ];
  const rows = Object.entries(summary.operations).map(([name, { total, outcomes, latency, server }]) => [
    name,
    number(total),
    number(total - (outcomes.ok ?? 0)),
    latency ? ms(latency.avgMs) : '–',
    ...percentiles.map((name) => {
      const percentile = latency?.[name];
      if (!percentile) return '–';
      return percentileText(percentile, brackets.includes(name));
    }),
    latency ? ms(latency.maxMs) : '–',
    server ? ms(server.avgMs) : '–',
    serverP95Text(server),
  ]);
  return [head, ...rows];
}

function operationTable(summary: Summary): string[] {
  // A terminal is narrow: the brackets of those that targets look at.
  return plainTable(operationRows(summary, ['p95']));
}

/** What failed and why, for the console and for `summary.md`. */
export function failures({ operations, drops, events }: Summary): string[] {
  const lines = failureTexts(failuresOf(operations), MOST_CAUSES);
  for (const [reason, count] of Object.entries(drops))
    lines.push(`connections dropped: ${number(count)} × ${reason}`);
  if (events.unexplained > 0) lines.push(`room events that no call explains: ${number(events.unexplained)}`);
  return lines;
}

/** A load that passed says nothing of these; each has an experiment that looks for it. */
const NOT_TESTED = [
  'Not tested by a load, but by npm run chaos: the state after a reconnect',
  '(reconnection-storm), the roster (rapid-join-leave), seats and rate limits',
  '(high-concurrency-join), outages (service-restart, database-down).',
  'And by npm run conduct: tokens, strangers, bad input.',
];

const PLAYWRIGHT_COST =
  'Playwright’s own request contexts: each call costs tens of times the CPU of the wire context, and some of the ' +
  'latency above is theirs (npm run bench:generator measures both).';

function generator({ selfCheck, shares, run, totals, settings, sockets }: Summary): string[] {
  if (selfCheck.workers.length === 0) return [];
  const worst = (read: (worker: Summary['selfCheck']['workers'][number]) => number) =>
    Math.max(...selfCheck.workers.map(read));
  const waits = selfCheck.workers.flatMap(({ processorWaitPercent }) => processorWaitPercent ?? []);
  const facts = [
    counted(shares.length, 'worker'),
    `event-loop delay P99 ${ms(worst(({ loopDelayP99Ms }) => loopDelayP99Ms))}`,
    ...(waits.length > 0 ? [`waiting for a processor ${percent(Math.max(...waits))} of the time`] : []),
    `CPU at most ${worst(({ cpuPeak }) => cpuPeak).toFixed(2)} cores`,
    `memory at most ${Math.round(worst(({ memoryPeakBytes }) => memoryPeakBytes) / 2 ** 20)} MiB`,
    `start skew ${ms(worst(({ startSkewMs }) => startSkewMs))}`,
  ];
  if (totals.total > 0) {
    const cpuMs = selfCheck.workers.reduce((sum, { cpuMean }) => sum + cpuMean, 0) * run.durationS * 1000;
    facts.push(`CPU per request, events included, ${ms(cpuMs / totals.total)}`);
  }
  const browsers = selfCheck.workers.flatMap(({ browser }) => browser ?? []);
  if (browsers.length > 0) {
    const cores = browsers.reduce((sum, { cpuMean }) => sum + cpuMean, 0);
    const bytes = browsers.reduce((sum, { memoryPeakBytes }) => sum + (memoryPeakBytes ?? 0), 0);
    facts.push(`browsers ${cores.toFixed(2)} cores and at most ${Math.round(bytes / 2 ** 20)} MiB`);
  }
  const without = withoutCanaryText(selfCheck.adds);
  const notes = [
    ...(without === undefined ? [] : [without]),
    facts.join(', '),
    ...(sockets === undefined ? [] : [sockets]),
    ...(settings.REQUEST_CONTEXT === 'playwright' ? [PLAYWRIGHT_COST] : []),
    ...selfCheck.findings.filter(({ ok }) => !ok).map(inWords),
  ];
  return [
    '',
    `The generator ${addsText(selfCheck.adds)}`,
    ...notes.flatMap((note) => wrapped(note, WIDTH - 2)).map((line) => `  ${line}`),
  ];
}
