import { addsText, withoutCanaryText } from '../../crowd/generator-adds.ts';
import { reasonText } from '../../history/reason.ts';
import { counted, ms, percent } from '../../kernel/figures.ts';
import { plainTable } from '../../kernel/plain-table.ts';
import type { Summary } from '../../results/summary/schema.ts';
import { findingReason } from '../../results/summary/verdict.ts';
import { Footnotes } from '../footnotes.ts';
import { failureLines, loadFigures, operationRows } from '../load-figures.ts';
import { noBracketText, seededText, verdictMarks, wrapped } from '../wording.ts';

const WIDTH = 78;
const RULE = '─'.repeat(WIDTH);

/**
 * The result of a load run for the console, line by line. `notComplete`: why the exit code of the run is 1 although the
 * crowd may have passed.
 */
export function resultBlock(summary: Summary, { notComplete }: { notComplete?: string } = {}): string[] {
  const { run, network, service, partial } = summary;
  const seeded = seededText(service);
  const lines = [
    RULE,
    `LOAD TEST RESULTS   ${run.crowd}   ${summary.schedule}`,
    RULE,
    ...(network === null ? [] : [`Network   ${network}`, '']),
    ...(seeded === undefined ? [] : [seeded, '']),
  ];
  // Nothing was loaded, so there is only the reason.
  if (run.startedAt === null) return [...lines, ...verdictLines(summary, notComplete)];
  if (partial) lines.push('PARTIAL: these figures cover what was reported, not the whole crowd.', '');
  return [
    ...lines,
    ...figures(summary),
    ...generator(summary),
    '',
    RULE,
    ...verdictLines(summary, notComplete),
    ...NOT_TESTED.map(indented),
  ];
}

function figures(summary: Summary): string[] {
  const notes = new Footnotes();
  const failed = failureLines(summary);
  return [
    ...loadFigures(summary, notes).map(([title, text]) => `${title.padEnd(18)}${text}`.trimEnd()),
    '',
    'Targets',
    ...summary.targets.map((target) => indented(notes.target(target))),
    '',
    // A terminal is narrow: only P95, which most targets read, has its bracket.
    ...plainTable(operationRows(summary, notes, ['p95'])).map(indented),
    ...notes.lines.map(indented),
    ...noBracketText(summary.settings)
      .flatMap((text) => wrapped(text, WIDTH - 2))
      .map(indented),
    ...summary.serviceNotes.map(indented),
    ...(failed.length > 0 ? ['', 'Failures', ...failed.map(indented)] : []),
  ];
}

function indented(line: string): string {
  return `  ${line}`;
}

function verdictLines({ verdict, reasons }: Summary, notComplete: string | undefined): string[] {
  // The exit code is 1, so "passed" alone would contradict it.
  if (verdict === 'passed' && notComplete !== undefined)
    return [
      `${verdictMarks.failed} NOT COMPLETE`,
      `  Every target was met, and the figures above are complete. ${notComplete}`,
    ];
  return [
    `${verdictMarks[verdict]} ${verdict.toUpperCase()}`,
    ...reasons.map((reason) => indented(reasonText(reason))),
  ];
}

/** A passed load test does not prove these; each has an experiment. */
const NOT_TESTED = [
  'A load test does not test these, but npm run chaos does: the state after a',
  'reconnect (reconnection-storm), the roster (rapid-join-leave), seats and rate',
  'limits (high-concurrency-join), outages (service-restart, database-down).',
  'npm run conduct tests tokens, strangers and bad input.',
];

const PLAYWRIGHT_COST =
  'Playwright’s own request contexts: each call costs tens of times the CPU of the wire context, and they add to the ' +
  'latency above (npm run bench:generator measures both).';

function generator({ selfCheck, slices, run, totals, settings, sockets }: Summary): string[] {
  if (selfCheck.workers.length === 0) return [];
  const worst = (read: (worker: Summary['selfCheck']['workers'][number]) => number) =>
    Math.max(...selfCheck.workers.map(read));
  const waits = selfCheck.workers.flatMap(({ processorWaitPercent }) => processorWaitPercent ?? []);
  const facts = [
    counted(slices.length, 'worker'),
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
    ...selfCheck.findings.filter(({ ok }) => !ok).map((finding) => reasonText(findingReason(finding))),
  ];
  return [
    '',
    `The load generator ${addsText(selfCheck.adds)}`,
    ...notes.flatMap((note) => wrapped(note, WIDTH - 2)).map((line) => `  ${line}`),
  ];
}
