import type { Capacity } from '../../capacity/evidence.ts';
import { addsText, withoutCanaryText } from '../../crowd/generator-adds.ts';
import { reasonText } from '../../history/reason.ts';
import { counted, ms, percent } from '../../kernel/figures.ts';
import type { Summary } from '../../results/summary/schema.ts';
import { findingReason } from '../../results/summary/verdict.ts';
import { ROOM_EVENTS } from '../../timings/catalogue.ts';
import { Footnotes } from '../footnotes.ts';
import { failureLines, loadFigures, operationRows } from '../load-figures.ts';
import { levelRows, searchNotes } from '../search-figures.ts';
import { noBracketText, seededText, verdictMarks } from '../wording.ts';
import { fitted, fittedTable, RULE } from './fitted.ts';

/** The width of the names of figures. */
const LABEL = 18;

/** Page rows of the table without VERBOSE. */
const PAGE_ROWS = 3;

/** The columns that a narrow table leaves out, the first ones first. */
const OPTIONAL_OF_LEVELS = ['P99', 'P50'];
const OPTIONAL = ['service P95', 'service avg', 'max', 'avg', 'P50'];

/**
 * The result of a load run for the console, in lines of at most 80 columns. The verdict and its reasons are the last
 * lines of the run (see `verdictBlock`). `isVerbose`: all columns and rows of the table, however wide.
 */
export function resultBlock(
  summary: Summary,
  { isVerbose = false }: { readonly isVerbose?: boolean } = {},
): string[] {
  const { run, network, service, partial, verdict, answer, capacity } = summary;
  const seeded = seededText(service);
  const lines = [
    RULE,
    ...fitted(titleOf(summary)),
    RULE,
    ...fitted(`${verdictMarks[verdict]} ${answer.sentence}`, 3),
    '',
    ...(network === null ? [] : [...fitted(`Network   ${network}`), '']),
    ...(seeded === undefined ? [] : [...fitted(seeded), '']),
  ];
  // Nothing was loaded.
  if (run.startedAt === null) return lines;
  if (partial) lines.push('PARTIAL: these figures cover what was reported, not the whole crowd.', '');
  return [
    ...lines,
    ...(capacity ? searched(summary, capacity, isVerbose) : figures(summary, isVerbose)),
    ...generator(summary),
    ...(verdict === 'passed' && !capacity ? ['', ...NOT_TESTED.map(indented)] : []),
  ];
}

function figures(summary: Summary, isVerbose: boolean): string[] {
  const notes = new Footnotes();
  const failed = failureLines(summary);
  return [
    'Targets',
    ...summary.targets.flatMap((target) => fitted(indented(notes.target(target)))),
    ...(failed.length > 0 ? ['', 'Failures', ...failed.flatMap((line) => fitted(indented(line)))] : []),
    '',
    ...loadFigures(summary, notes).flatMap(([title, text]) =>
      fitted(`${title.padEnd(LABEL)}${text}`.trimEnd(), LABEL),
    ),
    '',
    ...operationsTable(summary, notes, isVerbose),
    ...notes.lines.flatMap((line) => fitted(indented(line))),
    ...noBracketText(summary.settings).flatMap((line) => fitted(indented(line))),
    ...summary.serviceNotes.flatMap((line) => fitted(indented(line))),
  ];
}

/** The levels of a search are in its table. */
function titleOf({ capacity, run, schedule }: Summary): string {
  return capacity ? `CAPACITY SEARCH   ${run.crowd}` : `LOAD TEST RESULTS   ${run.crowd}   ${schedule}`;
}

/** The levels of a capacity search, and what is known over all of them. */
function searched(summary: Summary, capacity: Capacity, isVerbose: boolean): string[] {
  const notes = new Footnotes();
  const failed = failureLines(summary);
  const levels = fittedTable(levelRows(capacity, false), { optional: OPTIONAL_OF_LEVELS, indent: 2 });
  return [
    ...summary.targets.flatMap((target) => fitted(indented(notes.target(target)))),
    ...(summary.targets.length > 0 ? [''] : []),
    ...levels.map(indented),
    ...searchNotes(capacity).flatMap((note) => fitted(indented(note), 2)),
    ...(failed.length > 0 ? ['', 'Failures', ...failed.flatMap((line) => fitted(indented(line)))] : []),
    '',
    'All levels together',
    ...operationsTable(summary, notes, isVerbose),
    ...notes.lines.flatMap((line) => fitted(indented(line))),
    ...summary.serviceNotes.flatMap((line) => fitted(indented(line))),
  ];
}

/** Requests, the delivery of events, and some observations of pages. */
function operationsTable(summary: Summary, notes: Footnotes, isVerbose: boolean): string[] {
  // A terminal is narrow: only P95, which most targets read, has its bracket.
  const [heading, ...rows] = operationRows(summary, notes, ['p95']);
  if (isVerbose) return fittedTable([heading!, ...rows], { optional: [], indent: 2 }).map(indented);
  const isRequest = ([name = '']: readonly string[]) =>
    name === ROOM_EVENTS || summary.operations[name]?.kind === 'action';
  const others = rows.filter((row) => !isRequest(row));
  const pages = others.filter(([name = '']) => name.startsWith('page.')).slice(0, PAGE_ROWS);
  const hidden = others.length - pages.length;
  const shown = [heading!, ...rows.filter((row) => isRequest(row) || pages.includes(row))];
  return [
    ...fittedTable(shown, { optional: OPTIONAL, indent: 2 }).map(indented),
    ...(hidden > 0 ? [indented(`${counted(hidden, 'more row')} and all columns: VERBOSE=1`)] : []),
  ];
}

function indented(line: string): string {
  return line === '' ? line : `  ${line}`;
}

/** A passed load test does not prove these; each has an experiment. */
const NOT_TESTED = [
  'A load test does not test these. Experiments do (npx playwright test',
  '--project=chaos): the state after a reconnect (reconnection-storm), the roster',
  '(rapid-join-leave), seats and rate limits (high-concurrency-join), outages',
  '(service-restart, database-down). npx playwright test --project=conduct tests',
  'tokens, strangers and bad input.',
];

const PLAYWRIGHT_COST =
  'Playwright’s own request contexts: each call costs tens of times the CPU of the wire context, and they add to the ' +
  'latency above (docs/generator.md compares both).';

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
    ...fitted(`The load generator ${addsText(selfCheck.adds)}`),
    ...notes.flatMap((note) => fitted(indented(note), 2)),
  ];
}
